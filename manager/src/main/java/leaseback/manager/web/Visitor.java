package leaseback.manager.web;

import java.util.List;
import java.util.UUID;

/// Who looks at pages, and where they may go.
public sealed interface Visitor {
    /// As the page greets them.
    String name();

    /// Where they sign out.
    String door();

    List<Frame.Place> places();

    /// Somebody who runs this.
    record Operator(String name) implements Visitor {
        private static final List<Frame.Place> PLACES = List.of(new Frame.Place("Fleet", "/fleet"), new Frame.Place("Capacity", "/week"),
                new Frame.Place("Storage", "/storage"), new Frame.Place("Buckets", "/buckets"), new Frame.Place("Orders", "/orders"),
                new Frame.Place("Leases", "/leases"), new Frame.Place("Money", "/money"), new Frame.Place("Customers", "/customers"));

        @Override
        public String door() {
            return "/sign-out";
        }

        @Override
        public List<Frame.Place> places() {
            return PLACES;
        }
    }

    /// A customer, at what is theirs.
    record Owner(UUID id, String name) implements Visitor {
        private static final List<Frame.Place> PLACES = List.of(new Frame.Place("Yours", "/my"));

        @Override
        public String door() {
            return "/my/sign-out";
        }

        @Override
        public List<Frame.Place> places() {
            return PLACES;
        }
    }
}
