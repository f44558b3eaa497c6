/// The end of a lease on this machine.
@NullMarked
package leaseback.host.standdown;

import org.jspecify.annotations.NullMarked;
