package leaseback.manager.catalog;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Locale;

/// What a customer gets for lending a part of the machine.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Incentive.DiscountPurchase.class, name = "DISCOUNT_PURCHASE"),
    @JsonSubTypes.Type(value = Incentive.HardwareUpgrade.class, name = "HARDWARE_UPGRADE"),
    @JsonSubTypes.Type(value = Incentive.Support.class, name = "SUPPORT"),
    @JsonSubTypes.Type(value = Incentive.PayoutMonthly.class, name = "PAYOUT_MONTHLY"),
    @JsonSubTypes.Type(value = Incentive.InternetCredit.class, name = "INTERNET_CREDIT")
})
public sealed interface Incentive {
    /// One sentence that the customer reads before deciding.
    String words();

    /// So many percent off the price of the machine, options included.
    record DiscountPurchase(int percent) implements Incentive {
        public DiscountPurchase {
            if (percent < 1 || percent > 100) {
                throw new IllegalArgumentException("a discount is 1 to 100 percent, not " + percent);
            }
        }

        @Override
        public String words() {
            return "You pay " + percent + " % less for the machine.";
        }
    }

    /// The next larger choice of this part for the price of the one ordered.
    record HardwareUpgrade(Option.Kind part) implements Incentive {
        public HardwareUpgrade {
            Text.given("the part of a hardware upgrade (DRIVE or MEMORY)", part);
        }

        @Override
        public String words() {
            return "You get the next larger " + part.name().toLowerCase(Locale.ROOT)
                    + " for the price of the one you ordered.";
        }
    }

    /// Help with machine and software while the lease lasts.
    record Support() implements Incentive {
        @Override
        public String words() {
            return "You get free technical and hardware support for as long as the lease lasts.";
        }
    }

    /// Paid for each month kept in full.
    record PayoutMonthly(Money amount) implements Incentive {
        public PayoutMonthly {
            if (Text.given("the amount of a monthly payment", amount).minor() < 1) {
                throw new IllegalArgumentException("a monthly payment is more than nothing, not " + amount);
            }
        }

        @Override
        public String words() {
            return "We pay you " + amount + " for every month in which you keep the promise.";
        }
    }

    /// Taken off the customer's monthly Internet bill.
    record InternetCredit(Money monthly) implements Incentive {
        public InternetCredit {
            if (Text.given("the amount of an Internet credit", monthly).minor() < 1) {
                throw new IllegalArgumentException("an Internet credit is more than nothing, not " + monthly);
            }
        }

        @Override
        public String words() {
            return "Your Internet bill is " + monthly + " lower every month.";
        }
    }
}
