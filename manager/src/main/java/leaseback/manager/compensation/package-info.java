/// What hosts are owed.
@NullMarked
package leaseback.manager.compensation;

import org.jspecify.annotations.NullMarked;
