package leaseback.manager.web;

import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What surrounds every page.
///
/// @param operator who is signed in; null for nobody
/// @param path     of the page, to mark where one is
/// @param assets   gives the address of one of our files
public record Frame(String title, @Nullable String operator, String path, UnaryOperator<String> assets) {
    private static final List<Place> PLACES = List.of(new Place("Fleet", "/fleet", false), new Place("Capacity", "/week", false),
            new Place("Storage", "/storage", false), new Place("Buckets", "/buckets", false), new Place("Orders", "/orders", false),
            new Place("Leases", "/leases", false), new Place("Money", "/money", false), new Place("Customers", "/customers", false));

    /// One of the console's places.
    public record Place(String name, String address, boolean here) {}

    public List<Place> places() {
        String top = "/" + path.split("/", 3)[1].replace("hosts", "fleet").replace("quotes", "orders");
        return PLACES.stream().map(place -> new Place(place.name(), place.address(), place.address().equals(top))).toList();
    }

    public String asset(String name) {
        return assets.apply(name);
    }
}
