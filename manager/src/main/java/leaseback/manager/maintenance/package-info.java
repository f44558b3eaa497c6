/// Keeps the hardware of leased machines in order: parts are exchanged, and what is built in is known.
@NullMarked
package leaseback.manager.maintenance;

import org.jspecify.annotations.NullMarked;
