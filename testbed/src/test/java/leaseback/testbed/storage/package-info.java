/// Real storage over real piece folders, with the lines between them in memory, so that faults come when asked for.
@NullMarked
package leaseback.testbed.storage;

import org.jspecify.annotations.NullMarked;
