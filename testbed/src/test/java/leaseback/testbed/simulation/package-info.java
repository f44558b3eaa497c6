/// The real storage code over simulated lines, disks and clock: one seed is one history of faults, checked at every step.
@NullMarked
package leaseback.testbed.simulation;

import org.jspecify.annotations.NullMarked;
