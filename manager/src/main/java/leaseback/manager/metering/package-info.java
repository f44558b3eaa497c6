/// What was measured: facts that bills, payouts and judgements rest on.
@NullMarked
package leaseback.manager.metering;

import org.jspecify.annotations.NullMarked;
