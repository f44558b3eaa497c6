/// The whole world in one process, and the walks through it.
@NullMarked
package leaseback.testbed.world;

import org.jspecify.annotations.NullMarked;
