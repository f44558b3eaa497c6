package leaseback.manager.document;

import java.math.BigDecimal;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import leaseback.manager.catalog.Money;

/// What a document says around its numbers, and how it writes them, in one language.
enum Words {
    DE(Locale.GERMANY, "d.M.yyyy"),
    EN(Locale.UK, "d MMMM yyyy");

    private final Locale locale;
    private final DateTimeFormatter days;

    Words(Locale locale, String days) {
        this.locale = locale;
        this.days = DateTimeFormatter.ofPattern(days, locale);
    }

    static Words of(String language) {
        return language.equals("de") ? DE : EN;
    }

    String title(Invoice.Kind kind) {
        return switch (kind) {
            case BILL -> say("Rechnung", "Invoice");
            case SELF_BILLED -> say("Gutschrift (Selbstabrechnung)", "Self-billed invoice");
            case CREDIT_NOTE -> say("Rechnungskorrektur", "Credit note");
            case STATEMENT -> say("Abrechnung", "Statement");
        };
    }

    String say(String german, String english) {
        return this == DE ? german : english;
    }

    String day(LocalDate day) {
        return days.format(day);
    }

    /// Such as `1.234,50 EUR` or `EUR 1,234.50`.
    String money(Money money) {
        return say(amount(money) + " " + money.currency(), money.currency() + " " + amount(money));
    }

    String amount(Money money) {
        BigDecimal value = money.amount();
        return number(value, value.scale());
    }

    /// With at least so many decimals, and as many as it has.
    String number(BigDecimal value, int decimals) {
        DecimalFormat format = new DecimalFormat("#,##0", DecimalFormatSymbols.getInstance(locale));
        format.setMinimumFractionDigits(decimals);
        format.setMaximumFractionDigits(Math.max(decimals, value.stripTrailingZeros().scale()));
        return format.format(value).replace("-", "\u2212");
    }

    String percent(Vat vat) {
        return switch (vat.category()) {
            case STANDARD, ZERO -> number(vat.percent(), 0) + " %";
            case EXEMPT, REVERSE_CHARGE, OUTSIDE -> "\u2013";
        };
    }

    String unit(String code, BigDecimal quantity) {
        boolean one = quantity.abs().compareTo(BigDecimal.ONE) == 0;
        return switch (code) {
            case "C62" -> "";
            case "HUR" -> say("Std.", "h");
            case "DAY" -> one ? say("Tag", "day") : say("Tage", "days");
            case "MON" -> one ? say("Monat", "month") : say("Monate", "months");
            case "E34" -> "GB";
            case "E35" -> "TB";
            case "KWH" -> "kWh";
            default -> code;
        };
    }

    /// What is to be paid, by whom and until when.
    String terms(Invoice invoice) {
        Money due = invoice.amountDue();
        boolean weOwe = invoice.kind() != Invoice.Kind.BILL;
        if (due.minor() == 0) {
            return say("Es bleibt nichts zu zahlen.", "Nothing is left to pay.");
        }
        if (due.minor() < 0) {
            return say("Guthaben von %s, das wir mit dem n\u00e4chsten Dokument verrechnen.", "A credit of %s, which we set off with the next document.")
                    .formatted(money(Money.zero(due.currency()).minus(due)));
        }
        if (weOwe) {
            String account = invoice.account();
            return account == null
                    ? say("Wir zahlen %s aus, sobald uns ein Konto genannt ist.", "We pay %s as soon as an account is given to us.").formatted(money(due))
                    : say("Wir zahlen %s auf das Konto %s.", "We pay %s to the account %s.").formatted(money(due), account);
        }
        LocalDate until = invoice.due();
        return until == null ? say("Bitte zahlen Sie %s.", "Please pay %s.").formatted(money(due))
                : say("Bitte zahlen Sie %s bis zum %s.", "Please pay %s by %s.").formatted(money(due), day(until));
    }
}
