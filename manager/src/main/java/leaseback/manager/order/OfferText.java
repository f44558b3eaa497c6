package leaseback.manager.order;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import leaseback.manager.catalog.BuildRule;
import leaseback.manager.catalog.Incentive;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Sizes;
import leaseback.manager.lease.Promise;

/// The offer as the customer reads it before deciding: what we may use and when, what it brings and costs, how it ends.
/// These exact bytes, UTF-8, are what is accepted or declined.
final class OfferText {
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm", Locale.ENGLISH);

    /// In which the document is written, ISO 639.
    static final String LANGUAGE = "en";

    private OfferText() {}

    /// The prices in one line.
    static String prices(Quote quote) {
        Money pay = quote.plan().monthlyPay();
        return quote.accepted().total() + " with the lease, " + quote.declined().total() + " without"
                + (pay.minor() == 0 ? "" : "; " + pay + " paid to you for every month kept in full");
    }

    static String of(Quote quote) {
        BuildConfiguration.LeasedBack build = (BuildConfiguration.LeasedBack) quote.accepted().build();
        StringBuilder text = new StringBuilder();
        line(text, "AN OFFER TO LEASE BACK A PART OF YOUR MACHINE");
        line(text, "");
        line(text, "Quote " + quote.id() + ", version " + quote.version() + "; lease-back agreement " + quote.leaseNumber());
        line(text, "For " + quote.customerName() + " (customer " + quote.request().customerId() + ")");
        line(text, "Made " + day(quote.createdAt(), quote.zone()) + "; open until " + day(quote.expiresAt(), quote.zone())
                + ". Times are those of " + quote.zone().getId() + ".");
        line(text, "You decide. Nothing is agreed until you say yes, and silence is a no.");

        if (quote.version() > 1) {
            line(text, "This version answers your proposal and takes the place of version " + (quote.version() - 1) + ".");
        }

        heading(text, "What we may use");
        item(text, "Of the drive: " + quote.share().words() + ". With the drive that is built in ("
                + Sizes.words(build.driveBytes())
                + ") that is " + Sizes.words(build.leasedBytes()) + "; the rest is yours alone.");
        item(text, "There we keep sealed pieces of other people's files. "
                + "Nobody can read them on your machine, and we never read yours.");
        item(text, quote.plan().processor().isEmpty() ? "The processor: never."
                : "The processor, for other people's tasks, while you do not need it.");
        item(text, "Your Internet connection, to carry those pieces. Your machine calls us; nobody calls your machine.");

        heading(text, "When");
        item(text, "The machine is on and connected: " + Promise.hours(quote.plan().serving()) + ".");
        item(text, "The processor works for others: " + Promise.hours(quote.plan().processor()) + ".");
        if (quote.plan().holidays()) {
            item(text, Promise.holidays(quote.plan()) + " You may change days that lie ahead; the estimate of electricity leaves them out.");
        }

        heading(text, "What you get");
        for (Incentive incentive : quote.incentives()) {
            item(text, incentive.words());
        }

        heading(text, "What it costs you");
        item(text, (quote.upgrades() == null ? "The machine costs "
                : "The upgrade of machine " + quote.upgrades().serial() + " costs ")
                + quote.accepted().total() + " with the lease and " + quote.declined().total()
                + " without:");
        for (OrderLine order : quote.accepted().lines()) {
            line(text, "    " + order.text() + ": " + order.price());
        }
        if (quote.acquisition() != null && !quote.acquisition().words().isEmpty()) {
            item(text, quote.acquisition().words());
        }
        if (!quote.accepted().monthly().isEmpty()) {
            item(text, "Every month, beside the machine, " + sum(quote.accepted().monthly()) + " with the lease and "
                    + sum(quote.declined().monthly()) + " without:");
            for (OrderLine each : quote.accepted().monthly()) {
                line(text, "    " + each.text() + ": " + each.price());
            }
        }
        item(text, electricity(quote));
        item(text, "You keep the machine on and connected at the promised hours. What you miss is not paid for.");

        heading(text, "How it ends");
        item(text, "By itself after " + quote.plan().termMonths() + " months; it is not renewed unless you say yes again.");
        item(text, "Earlier, whenever you say so, " + quote.plan().noticeDays()
                + " days ahead; and without a reason within 14 days of delivery.");
        item(text, "Then we move the pieces away and the agent gives the space back to you. The machine is yours in any case.");

        heading(text, "If you say no");
        item(text, (quote.upgrades() == null
                ? (quote.offering().preconfigure() == BuildRule.Preconfigure.ALWAYS
                        ? "The machine is built with our agent masked and a part of its drive reserved, which you can take with one command, for "
                        : "The machine is built without our agent, without a leased part and with its remote wake switched off, for ")
                : "The machine is upgraded all the same, without our agent and without a leased part, for ")
                + quote.declined().total() + ": " + String.join("; ", quote.declined().build().bill()) + ".");
        return text.toString();
    }

    private static String electricity(Quote quote) {
        Electricity power = quote.electricity();
        Money monthlyPay = quote.plan().monthlyPay();
        String cost = "Electricity, our estimate: " + power.watts() + " W for " + power.minutesAWeek() / 60 + " hours a week is "
                + BigDecimal.valueOf(power.wattHours(), 3).setScale(1, RoundingMode.HALF_EVEN).toPlainString() + " kWh a month, "
                + power.monthly() + " at " + power.kilowattHour() + " for a kilowatt hour. ";
        return monthlyPay.minor() == 0 ? cost + "Work for others draws more."
                : cost + "Work for others draws more. The monthly payment less this estimate is "
                        + monthlyPay.minus(power.monthly()) + ".";
    }

    private static Money sum(List<OrderLine> lines) {
        return lines.stream().map(OrderLine::price).reduce(Money::plus).orElseThrow();
    }

    private static String day(Instant instant, ZoneId zone) {
        return DAY.format(instant.atZone(zone));
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
