package leaseback.manager.web;

import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What surrounds every page.
///
/// @param visitor who is signed in; null for nobody
/// @param path    of the page, to mark where one is
/// @param assets  gives the address of one of our files
public record Frame(String title, @Nullable Visitor visitor, String path, UnaryOperator<String> assets) {
    /// One of the places one can go to.
    public record Place(String name, String address) {}

    public List<Place> places() {
        return visitor == null ? List.of() : visitor.places();
    }

    /// Whether one is at that place or behind it.
    public boolean at(Place place) {
        String top = "/" + path.split("/", 3)[1].replace("hosts", "fleet").replace("quotes", "orders");
        return place.address().equals(top);
    }

    public String asset(String name) {
        return assets.apply(name);
    }
}
