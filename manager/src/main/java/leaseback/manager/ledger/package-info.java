/// Money: double entry, whole minor units, nothing ever altered.
@NullMarked
package leaseback.manager.ledger;

import org.jspecify.annotations.NullMarked;
