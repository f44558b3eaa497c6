@NullMarked
package leaseback.host;

import org.jspecify.annotations.NullMarked;
