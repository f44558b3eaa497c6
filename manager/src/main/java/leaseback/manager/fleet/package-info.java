@NullMarked
package leaseback.manager.fleet;

import org.jspecify.annotations.NullMarked;
