@NullMarked
package leaseback.manager.lease;

import org.jspecify.annotations.NullMarked;
