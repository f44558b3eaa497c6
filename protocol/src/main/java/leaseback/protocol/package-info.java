@NullMarked
package leaseback.protocol;

import org.jspecify.annotations.NullMarked;
