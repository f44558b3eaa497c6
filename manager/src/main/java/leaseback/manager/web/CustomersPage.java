package leaseback.manager.web;

import java.util.List;
import leaseback.manager.customer.Customer;

/// Who deals with us, the newest first.
///
/// @param filter text that name or e-mail contain; empty for all
public record CustomersPage(List<Customer> customers, String filter, int most) {
    public String address() {
        return "/customers?q=" + Figures.encoded(filter);
    }
}
