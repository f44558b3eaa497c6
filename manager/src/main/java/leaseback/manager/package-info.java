@NullMarked
package leaseback.manager;

import org.jspecify.annotations.NullMarked;
