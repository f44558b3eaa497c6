/// Looks after what is stored: walks over all segments, audits hosts, repairs, drains hosts that leave.
@NullMarked
package leaseback.manager.upkeep;

import org.jspecify.annotations.NullMarked;
