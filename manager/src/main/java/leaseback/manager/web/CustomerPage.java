package leaseback.manager.web;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import leaseback.manager.billing.BillBook;
import leaseback.manager.billing.Settlement;
import leaseback.manager.catalog.Money;
import leaseback.manager.customer.Customer;
import leaseback.manager.letter.Letter;
import leaseback.manager.payment.Payment;

/// All that is between us and one customer. Lists show the newest first.
///
/// @param frozen whether too much is overdue for too long: reads go on, writes do not
public record CustomerPage(Customer customer, boolean frozen, List<Account> accounts, List<LeaseLine> leases, List<BillBook.Entry> documents,
        List<Settlement> settlements, List<Payment> payments, List<Letter> letters, Instant now) {
    /// How the customer stands in one currency.
    ///
    /// @param owes     us, of bills
    /// @param owed     by us, as a host
    /// @param held     of what was earned, until later
    /// @param advanced paid in advance
    public record Account(Money owes, Money owed, Money held, Money advanced) {}

    public String roles() {
        return customer.roles().stream().map(role -> role.name().toLowerCase(Locale.ROOT)).sorted().collect(Collectors.joining(" and "));
    }
}
