/// Time that can be moved, and what happens at its instants.
@NullMarked
package leaseback.manager.clock;

import org.jspecify.annotations.NullMarked;
