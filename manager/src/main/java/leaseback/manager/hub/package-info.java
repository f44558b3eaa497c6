@NullMarked
package leaseback.manager.hub;

import org.jspecify.annotations.NullMarked;
