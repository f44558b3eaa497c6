/// Which hosts are to hold a segment so that it can be read at every hour of the week, or why that cannot be promised.
/// Pure: no database, no clock, no line; the mathematics is explained in `docs/placement.md`.
@NullMarked
package leaseback.manager.placement;

import org.jspecify.annotations.NullMarked;
