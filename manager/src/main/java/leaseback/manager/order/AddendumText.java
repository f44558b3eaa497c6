package leaseback.manager.order;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import leaseback.manager.catalog.Incentive;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Sizes;
import leaseback.manager.lease.Promise;

/// What is offered on a lease that runs, as the customer reads it before deciding. These exact bytes, UTF-8, are what is accepted or
/// declined.
final class AddendumText {
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm", Locale.ENGLISH);

    private AddendumText() {}

    /// The prices in one line.
    static String prices(Addendum addendum) {
        return pay(addendum.monthlyPay()) + " for every month kept in full from " + day(addendum.effectiveAt(), addendum.zone()) + " on; "
                + pay(addendum.payBefore()) + " before" + (addendum.upgrade() == null ? "" : "; the parts cost " + addendum.upgrade().total());
    }

    static String of(Addendum addendum) {
        StringBuilder text = new StringBuilder();
        line(text, switch (addendum.kind()) {
            case RENEWAL -> "AN OFFER TO GO ON LEASING BACK A PART OF YOUR MACHINE";
            case AMENDMENT -> "AN OFFER TO CHANGE WHAT YOU LEND OF YOUR MACHINE";
            case UPGRADE -> "AN OFFER TO UPGRADE YOUR MACHINE";
        });
        line(text, "");
        line(text, "Offer " + addendum.id() + ", version " + addendum.version() + "; lease-back agreement " + addendum.leaseNumber());
        line(text, "For " + addendum.customerName() + " (customer " + addendum.customerId() + ")");
        line(text, "Made " + day(addendum.madeAt(), addendum.zone()) + "; open until " + day(addendum.expiresAt(), addendum.zone())
                + ". Times are those of " + addendum.zone().getId() + ".");
        line(text, "You decide. Nothing changes until you say yes, and silence is a no.");
        if (addendum.version() > 1) {
            line(text, "This version takes the place of version " + (addendum.version() - 1) + ".");
        }

        heading(text, "What would hold");
        item(text, switch (addendum.kind()) {
            case RENEWAL -> "For " + addendum.plan().termMonths() + " months more: from " + day(addendum.effectiveAt(), addendum.zone()) + " to "
                    + day(addendum.until(), addendum.zone()) + ", without a gap.";
            case AMENDMENT -> "From " + day(addendum.effectiveAt(), addendum.zone()) + ", or from your yes if that is later; the lease ends on "
                    + day(addendum.until(), addendum.zone()) + ", as agreed.";
            case UPGRADE -> "From the day on which the parts are built in; the lease ends on " + day(addendum.until(), addendum.zone())
                    + ", as agreed.";
        });
        item(text, "Of the drive: up to " + Sizes.words(addendum.leasedBytes()) + (addendum.leasedBytes() == addendum.leasedBytesBefore()
                ? ", as today." : "; today " + Sizes.words(addendum.leasedBytesBefore()) + "."));
        item(text, "The machine is on and connected: " + Promise.hours(addendum.plan().serving()) + ".");
        item(text, "The processor works for others: " + Promise.hours(addendum.plan().processor()) + ".");
        if (addendum.plan().holidays()) {
            item(text, Promise.holidays(addendum.plan()));
        }

        heading(text, "What you get");
        for (Incentive incentive : addendum.plan().incentives()) {
            item(text, incentive.words());
        }
        item(text, "For a month kept in full we pay you " + pay(addendum.monthlyPay()) + (addendum.monthlyPay().equals(addendum.payBefore())
                ? ", as today." : "; today " + pay(addendum.payBefore()) + "."));

        if (addendum.upgrade() != null) {
            upgrade(text, addendum, addendum.upgrade());
        }

        heading(text, "How it ends");
        item(text, "By itself at the end of its term; it is not renewed unless you say yes again.");
        item(text, "Earlier, whenever you say so, " + addendum.plan().noticeDays() + " days ahead.");

        heading(text, "If you say no, or nothing");
        item(text, addendum.kind() == Addendum.Kind.RENEWAL
                ? "The lease ends on " + day(addendum.effectiveAt(), addendum.zone()) + ". We move the pieces away, the agent gives the space back to"
                        + " you, and the machine is yours alone."
                : "All stays as it is agreed today.");
        return text.toString();
    }

    private static void upgrade(StringBuilder text, Addendum addendum, Upgrade upgrade) {
        heading(text, "What it costs you");
        item(text, "The parts, built into machine " + upgrade.machine().serial() + ", cost " + upgrade.total() + ":");
        upgrade.lines().forEach(each -> line(text, "    " + each.text() + ": " + each.price()));
        item(text, upgrade.payBackMonths() == null ? "The monthly payment does not grow by it."
                : "We pay you " + addendum.monthlyPay().minus(addendum.payBefore()) + " more for every month kept in full; after "
                        + upgrade.payBackMonths() + " of them that has paid for the parts.");
    }

    static String day(Instant instant, ZoneId zone) {
        return DAY.format(instant.atZone(zone));
    }

    static String pay(Money money) {
        return money.minor() == 0 ? "nothing" : money.toString();
    }

    private static void heading(StringBuilder text, String heading) {
        line(text, "");
        line(text, heading.toUpperCase(Locale.ROOT));
    }

    private static void item(StringBuilder text, String sentence) {
        line(text, "  - " + sentence);
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append('\n');
    }
}
