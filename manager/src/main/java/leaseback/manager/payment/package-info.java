/// Money that comes in and goes out: payments, payout runs, and the bank.
@NullMarked
package leaseback.manager.payment;

import org.jspecify.annotations.NullMarked;
