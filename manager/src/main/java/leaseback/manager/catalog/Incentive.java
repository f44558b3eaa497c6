package leaseback.manager.catalog;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a customer gets for lending a part of the machine: its worth in money, when it is given, and what becomes of it when the
/// promise is broken.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Incentive.DiscountPurchase.class, name = "DISCOUNT_PURCHASE"),
    @JsonSubTypes.Type(value = Incentive.DiscountRate.class, name = "DISCOUNT_RATE"),
    @JsonSubTypes.Type(value = Incentive.HardwareUpgrade.class, name = "HARDWARE_UPGRADE"),
    @JsonSubTypes.Type(value = Incentive.SoftwareUpgrade.class, name = "SOFTWARE_UPGRADE"),
    @JsonSubTypes.Type(value = Incentive.InternetCredit.class, name = "INTERNET_CREDIT"),
    @JsonSubTypes.Type(value = Incentive.Support.class, name = "SUPPORT"),
    @JsonSubTypes.Type(value = Incentive.ServiceContract.class, name = "SERVICE_CONTRACT"),
    @JsonSubTypes.Type(value = Incentive.PayoutMonthly.class, name = "PAYOUT_MONTHLY"),
    @JsonSubTypes.Type(value = Incentive.PayoutUsage.class, name = "PAYOUT_USAGE"),
    @JsonSubTypes.Type(value = Incentive.PayoutScale.class, name = "PAYOUT_SCALE"),
    @JsonSubTypes.Type(value = Incentive.BarterService.class, name = "BARTER_SERVICE"),
    @JsonSubTypes.Type(value = Incentive.NthSystem.class, name = "NTH_SYSTEM"),
    @JsonSubTypes.Type(value = Incentive.RenewalBonus.class, name = "RENEWAL_BONUS"),
    @JsonSubTypes.Type(value = Incentive.EventBonus.class, name = "EVENT_BONUS")
})
public sealed interface Incentive {
    /// When it is given.
    enum Schedule {
        ONCE,
        MONTHLY,
        AT_RENEWAL,
        AT_EVENT
    }

    /// What it is reckoned from.
    ///
    /// @param price   of the machine with the options ordered, without lease
    /// @param upgrade what the parts exchanged for this incentive would cost more; zero where none is
    record Basis(Money price, Money upgrade) {}

    Clause clause();

    default Schedule schedule() {
        return switch (this) {
            case DiscountPurchase once -> Schedule.ONCE;
            case HardwareUpgrade once -> Schedule.ONCE;
            case SoftwareUpgrade once -> Schedule.ONCE;
            case NthSystem once -> Schedule.ONCE;
            case DiscountRate monthly -> Schedule.MONTHLY;
            case InternetCredit monthly -> Schedule.MONTHLY;
            case Support monthly -> Schedule.MONTHLY;
            case ServiceContract monthly -> Schedule.MONTHLY;
            case PayoutMonthly monthly -> Schedule.MONTHLY;
            case PayoutUsage monthly -> Schedule.MONTHLY;
            case PayoutScale monthly -> Schedule.MONTHLY;
            case BarterService monthly -> Schedule.MONTHLY;
            case RenewalBonus bonus -> Schedule.AT_RENEWAL;
            case EventBonus bonus -> Schedule.AT_EVENT;
        };
    }

    /// What it is worth to the customer each time it is given; the most it can be where use decides.
    Money worth(Basis basis);

    /// What it is, without its clause, in a sentence.
    String sentence();

    /// The currency of its own amounts; null where it has none.
    default @Nullable String currency() {
        Money own = switch (this) {
            case DiscountRate rate -> rate.monthly();
            case HardwareUpgrade upgrade -> upgrade.match();
            case SoftwareUpgrade upgrade -> upgrade.value();
            case InternetCredit credit -> credit.monthly();
            case Support support -> support.monthly();
            case ServiceContract contract -> contract.monthly();
            case PayoutMonthly payout -> payout.amount();
            case PayoutUsage payout -> payout.amount();
            case PayoutScale payout -> payout.typical();
            case BarterService barter -> barter.monthly();
            case RenewalBonus bonus -> bonus.amount();
            case EventBonus bonus -> bonus.amount();
            case DiscountPurchase discount -> null;
            case NthSystem discount -> null;
        };
        return own == null ? null : own.currency();
    }

    /// What the customer reads before deciding.
    default String words() {
        return sentence() + clause().words();
    }

    /// So many percent off the price of the machine, options included.
    record DiscountPurchase(int percent, @MayBeMissing Clause clause) implements Incentive {
        public DiscountPurchase {
            discounted("a discount", percent);
            clause = Clause.or(clause);
        }

        public DiscountPurchase(int percent) {
            this(percent, Clause.PLAIN);
        }

        @Override
        public Money worth(Basis basis) {
            return basis.price().percent(percent);
        }

        @Override
        public String sentence() {
            return "You pay " + percent + " % less for the machine.";
        }
    }

    /// So many percent off what a product costs every month.
    ///
    /// @param monthly what the product costs a month without it
    record DiscountRate(String product, int percent, Money monthly, @MayBeMissing Clause clause) implements Incentive {
        public DiscountRate {
            Text.line("the product of a discounted rate", product);
            discounted("a discount", percent);
            positive("the monthly price of a discounted product", monthly);
            clause = Clause.or(clause);
        }

        @Override
        public Money worth(Basis basis) {
            return monthly.percent(percent);
        }

        @Override
        public String sentence() {
            return "You pay " + percent + " % less every month for " + product + ", which costs " + monthly + " without the lease.";
        }
    }

    /// The next larger choice of this part: for the price of the one ordered, for a part of the difference, or for a price that is
    /// matched. At the sale, or once the lease has lasted so long; then a part is bought by an upgrade, which this makes cheaper once.
    ///
    /// @param percent     off the difference in price; for PERCENT alone
    /// @param match       what is paid at most for the difference; for PRICE_MATCH alone
    /// @param afterMonths of the running lease, 1 to 120; 0 for at the sale
    record HardwareUpgrade(Option.Kind part, @MayBeMissing Mode mode, @MayBeMissing int percent, @Nullable Money match,
            @MayBeMissing Clause clause, @MayBeMissing int afterMonths) implements Incentive {
        /// What the customer pays of the difference.
        public enum Mode {
            FREE,
            PERCENT,
            PRICE_MATCH
        }

        public HardwareUpgrade {
            Text.given("the part of a hardware upgrade, such as DRIVE", part);
            mode = Clause.or(mode, Mode.FREE);
            clause = Clause.or(clause);
            if (mode == Mode.PERCENT) {
                discounted("the discount of an upgrade", percent);
            }
            if (mode == Mode.PRICE_MATCH && (match == null || match.minor() < 0)) {
                throw new IllegalArgumentException("an upgrade at a matched price needs match, the most that is paid for it");
            }
            if (afterMonths < 0 || afterMonths > 120) {
                throw new IllegalArgumentException("an upgrade is given at the sale (afterMonths 0) or after 1 to 120 months, not " + afterMonths);
            }
        }

        public HardwareUpgrade(Option.Kind part, Mode mode, int percent, @Nullable Money match, Clause clause) {
            this(part, mode, percent, match, clause, 0);
        }

        public HardwareUpgrade(Option.Kind part) {
            this(part, Mode.FREE, 0, null, Clause.PLAIN);
        }

        /// Whether it is given with the machine.
        public boolean atSale() {
            return afterMonths == 0;
        }

        /// From when on it may be had, of a lease that has run since `since`.
        public Instant from(Instant since, ZoneId zone) {
            return since.atZone(zone).plusMonths(afterMonths).toInstant();
        }

        /// What the customer pays of a difference in price, or of the price of a part that is built in later.
        public Money pays(Money difference) {
            return switch (mode) {
                case FREE -> Money.zero(difference.currency());
                case PERCENT -> difference.minus(difference.percent(percent));
                case PRICE_MATCH -> match == null || match.compareTo(difference) > 0 ? difference : match;
            };
        }

        @Override
        public Money worth(Basis basis) {
            return basis.upgrade().minus(pays(basis.upgrade()));
        }

        @Override
        public String sentence() {
            String name = part.name().toLowerCase(Locale.ROOT);
            if (!atSale()) {
                String then = "Once the lease has run for " + afterMonths + " months, we build the next " + part.more() + " " + name + " into your machine";
                return switch (mode) {
                    case FREE -> then + " for nothing, once, if you ask for it.";
                    case PERCENT -> then + " for " + percent + " % less, once, if you ask for it.";
                    case PRICE_MATCH -> then + " for at most " + match + ", once, if you ask for it.";
                };
            }
            String what = "You get the next " + part.more() + " " + name;
            return switch (mode) {
                case FREE -> what + " for the price of the one you ordered.";
                case PERCENT -> what + " and pay " + percent + " % less for the difference.";
                case PRICE_MATCH -> what + " for at most " + match + " more than the one you ordered.";
            };
        }
    }

    /// A program, or a better edition of one.
    record SoftwareUpgrade(String product, Money value, @MayBeMissing Clause clause) implements Incentive {
        public SoftwareUpgrade {
            Text.line("the product of a software upgrade", product);
            positive("the value of a software upgrade", value);
            clause = Clause.or(clause);
        }

        @Override
        public Money worth(Basis basis) {
            return value;
        }

        @Override
        public String sentence() {
            return "You get " + product + ", worth " + value + ", for nothing.";
        }
    }

    /// Taken off the customer's monthly Internet bill.
    record InternetCredit(Money monthly, @MayBeMissing Clause clause) implements Incentive {
        public InternetCredit {
            positive("the amount of an Internet credit", monthly);
            clause = Clause.or(clause);
        }

        public InternetCredit(Money monthly) {
            this(monthly, Clause.PLAIN);
        }

        @Override
        public Money worth(Basis basis) {
            return monthly;
        }

        @Override
        public String sentence() {
            return "Your Internet bill is " + monthly + " lower every month.";
        }
    }

    /// Help with machine and software while the lease lasts.
    ///
    /// @param monthly what a month of it is worth; null where it is not sold otherwise
    record Support(@Nullable Money monthly, @MayBeMissing Clause clause) implements Incentive {
        public Support {
            if (monthly != null) {
                positive("the value of a month of support", monthly);
            }
            clause = Clause.or(clause);
        }

        public Support() {
            this(null, Clause.PLAIN);
        }

        @Override
        public Money worth(Basis basis) {
            return monthly == null ? Money.zero(basis.price().currency()) : monthly;
        }

        @Override
        public String sentence() {
            return "You get free technical and hardware support for as long as the lease lasts.";
        }
    }

    /// A contract of service that others pay for.
    ///
    /// @param monthly what a month of it costs others
    record ServiceContract(String name, Money monthly, @MayBeMissing Clause clause) implements Incentive {
        public ServiceContract {
            Text.line("the name of a service contract", name);
            positive("the value of a month of a service contract", monthly);
            clause = Clause.or(clause);
        }

        @Override
        public Money worth(Basis basis) {
            return monthly;
        }

        @Override
        public String sentence() {
            return "The service contract " + name + ", " + monthly + " a month otherwise, is free while the lease lasts.";
        }
    }

    /// Paid for each month kept in full.
    record PayoutMonthly(Money amount, @MayBeMissing Clause clause) implements Incentive {
        public PayoutMonthly {
            positive("a monthly payment", amount);
            clause = Clause.or(clause);
        }

        public PayoutMonthly(Money amount) {
            this(amount, Clause.PLAIN);
        }

        @Override
        public Money worth(Basis basis) {
            return amount;
        }

        @Override
        public String sentence() {
            return "We pay you " + amount + " for every month in which you keep the promise.";
        }
    }

    /// Paid for what was used in a month.
    ///
    /// @param amount for each `units` of the resource, so that no price needs a fraction of a cent
    /// @param most   of a month
    record PayoutUsage(Resource resource, Money amount, long units, Money most, @MayBeMissing Clause clause) implements Incentive {
        /// What is metered.
        public enum Resource {
            GIB_MONTHS_KEPT("GiB kept for a month"),
            CORE_HOURS_WORKED("hours of a processor core"),
            GIB_SENT("GiB sent");

            private final String words;

            Resource(String words) {
                this.words = words;
            }
        }

        public PayoutUsage {
            Text.given("the resource of a payment by use", resource);
            positive("a payment by use", amount);
            positive("the most that is paid by use in a month", most);
            clause = Clause.or(clause);
            if (units < 1 || !most.currency().equals(amount.currency())) {
                throw new IllegalArgumentException("a payment by use is for 1 unit or more, and its most is in the same currency");
            }
        }

        /// For so many units used in one month.
        public Money pays(BigDecimal used) {
            Money due = amount.over(used, BigDecimal.valueOf(units));
            return due.compareTo(most) > 0 ? most : due;
        }

        @Override
        public Money worth(Basis basis) {
            return most;
        }

        @Override
        public String sentence() {
            return "We pay you " + amount + " for every " + units + " " + resource.words + ", at most " + most + " a month.";
        }
    }

    /// Paid by the published sliding scale for what the machine lends, all machines of the customer together.
    ///
    /// @param typical what a machine of this plan earns so in a month; a guide, not a promise
    record PayoutScale(Money typical, Clause clause) implements Incentive {
        public PayoutScale {
            positive("what is typically earned by the scale in a month", typical);
            clause = Clause.or(clause);
        }

        @Override
        public Money worth(Basis basis) {
            return typical;
        }

        @Override
        public String sentence() {
            return "We pay you by our published scale for the disk, processor hours and traffic that your machine lends; typically " + typical
                    + " a month. In the first six months a part is held back and paid a year later, or when the lease ends.";
        }
    }

    /// A service of ours in exchange, up to a value every month.
    ///
    /// @param product such as `WEB_HOSTING`; it pays for nothing else
    /// @param monthly its most worth a month; what is not used is not carried on
    /// @param months  for how many months; 0 for as long as the lease lasts
    record BarterService(String product, Money monthly, int months, @MayBeMissing Clause clause) implements Incentive {
        public BarterService {
            Text.line("the product of a service in exchange", product);
            positive("the monthly value of a service in exchange", monthly);
            clause = Clause.or(clause);
            if (months < 0 || months > 120) {
                throw new IllegalArgumentException("a service in exchange lasts 1 to 120 months, or 0 for the whole lease, not " + months);
            }
        }

        @Override
        public Money worth(Basis basis) {
            return monthly;
        }

        @Override
        public String sentence() {
            return "In exchange you use our " + product + " up to a value of " + monthly + " a month"
                    + (months == 0 ? ", as long as the lease lasts." : ", for " + months + " months.");
        }
    }

    /// Every so manieth machine that a customer buys costs less.
    record NthSystem(int every, int percent, @MayBeMissing Clause clause) implements Incentive {
        public NthSystem {
            discounted("a discount", percent);
            clause = Clause.or(clause);
            if (every < 2 || every > 500) {
                throw new IllegalArgumentException("a discount on every n-th machine needs n from 2 to 500, not " + every);
            }
        }

        /// Whether the customer's machine with this number, from 1 on, is one of those.
        public boolean hits(int ordinal) {
            return ordinal % every == 0;
        }

        @Override
        public Money worth(Basis basis) {
            return basis.price().percent(percent);
        }

        @Override
        public String sentence() {
            return "Machine number " + every + ", and every " + every + "th from then on, costs you " + percent + " % less; this is one.";
        }
    }

    /// Paid when the customer says yes again.
    record RenewalBonus(Money amount, @MayBeMissing Clause clause) implements Incentive {
        public RenewalBonus {
            positive("a bonus for renewal", amount);
            clause = Clause.or(clause);
        }

        @Override
        public Money worth(Basis basis) {
            return amount;
        }

        @Override
        public String sentence() {
            return "We pay you " + amount + " each time you renew the lease.";
        }
    }

    /// Paid whenever the customer takes more with us while the lease runs, each time once.
    record EventBonus(Event event, Money amount, @MayBeMissing Clause clause) implements Incentive {
        /// What it is paid for.
        public enum Event {
            UPGRADE("this machine is upgraded"),
            MACHINE("another machine of yours begins to lend"),
            SERVICE("you take another monthly service of ours");

            private final String words;

            Event(String words) {
                this.words = words;
            }

            /// After "when" or "each time".
            public String words() {
                return words;
            }
        }

        public EventBonus {
            Text.given("the event of a bonus, UPGRADE, MACHINE or SERVICE", event);
            positive("a bonus for an event", amount);
            clause = Clause.or(clause);
        }

        @Override
        public Money worth(Basis basis) {
            return amount;
        }

        @Override
        public String sentence() {
            return "We pay you " + amount + " each time " + event.words + ".";
        }
    }

    private static void discounted(String what, int percent) {
        if (percent < 1 || percent > 100) {
            throw new IllegalArgumentException(what + " is 1 to 100 percent, not " + percent);
        }
    }

    private static void positive(String what, Money amount) {
        if (Text.given(what, amount).minor() < 1) {
            throw new IllegalArgumentException(what + " is more than nothing, not " + amount);
        }
    }
}
