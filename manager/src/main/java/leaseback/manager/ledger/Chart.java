package leaseback.manager.ledger;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The chart of accounts: every account there can be. One word of a path may vary: `{customer}` and `{lease}` are ids, `{country}`
/// is of ISO 3166, `{item}` a short name such as `disk`.
public enum Chart {
    /// Money in our bank accounts.
    BANK("assets:bank"),
    /// Payouts that left for the bank and are not booked yet.
    IN_FLIGHT("assets:bank:in-flight"),
    /// Money that a payment provider has taken in and not yet handed over.
    PAYMENT_PROVIDER("assets:psp"),
    /// Billed to a user and not yet paid.
    RECEIVABLE("assets:user:{customer}:receivable"),
    /// Owed to us by a host, such as an incentive that was clawed back.
    HOST_RECEIVABLE("assets:host:{customer}:receivable"),
    /// Incentives given at once and spread over months, of all leases together.
    DEFERRED_INCENTIVE("assets:deferred-incentive"),
    /// The same of one lease.
    DEFERRED_INCENTIVE_OF("assets:deferred-incentive:{lease}"),
    /// Earned by a host and due to be paid.
    PAYABLE("liabilities:host:{customer}:payable"),
    /// Earned by a host and held until its tenure or its leaving frees it.
    HELD("liabilities:host:{customer}:held"),
    /// Paid by a user in advance.
    PREPAID("liabilities:user:{customer}:prepaid"),
    /// Services promised in exchange and not yet used up.
    GRANT("liabilities:user:{customer}:grant"),
    VAT("liabilities:vat:{country}"),
    /// Came in or was taken, and nobody knows what for.
    UNMATCHED("liabilities:unmatched"),
    /// Owed to an Internet provider, a sales channel or another partner; less than nothing where it owes us.
    PARTNER("liabilities:partner:{item}"),
    OPENING("equity:opening"),
    /// The other side of both halves of an exchange of currencies.
    EXCHANGE("equity:exchange"),
    /// storage, hosting, compute, backup, hardware, ...
    REVENUE("revenue:{item}"),
    /// disk, cpu, egress, power, ...
    HOST_COMPENSATION("expenses:host-compensation:{item}"),
    /// discount, support, internet, upgrade, ...
    INCENTIVE("expenses:incentive:{item}"),
    /// What suppliers and sales channels get: internet, service, hardware.
    PARTNER_COST("expenses:partner:{item}"),
    BAD_DEBT("expenses:bad-debt"),
    BANK_FEES("expenses:bank-fees"),
    ROUNDING("expenses:rounding");

    private static final String VARIABLE = "\\{(customer|lease|country|item)}";
    private static final String ID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
    private final String template;
    private final Pattern form;

    Chart(String template) {
        this.template = template;
        Matcher variable = Pattern.compile(VARIABLE).matcher(template);
        this.form = !variable.find() ? Pattern.compile(template) : Pattern.compile(variable.replaceFirst(switch (variable.group(1)) {
            case "country" -> "[A-Z]{2}";
            case "item" -> "[a-z][a-z0-9-]{0,39}";
            default -> ID;
        }));
    }

    /// Its path, the varying word in braces.
    public String template() {
        return template;
    }

    public AccountKind kind() {
        return AccountKind.of(template);
    }

    /// The account where nothing varies.
    public Account account() {
        return new Account(template);
    }

    /// The account with `word` in the place of what varies.
    ///
    /// @throws IllegalArgumentException when such a word cannot stand there, or nothing varies
    public Account of(Object word) {
        if (!template.contains("{")) {
            throw new IllegalArgumentException(template + " is one account; it takes no \"" + word + "\"");
        }
        return new Account(template.replaceFirst(VARIABLE, Matcher.quoteReplacement(word.toString())));
    }

    static Optional<Chart> holding(String path) {
        return Arrays.stream(values()).filter(entry -> entry.form.matcher(path).matches()).findFirst();
    }
}
