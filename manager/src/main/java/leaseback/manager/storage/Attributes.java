package leaseback.manager.storage;

import java.util.Map;

/// What is kept beside an object's bytes and given back with them, uninterpreted.
///
/// @param headers content headers by lower-case name (`content-type`, `cache-control`, ...)
/// @param user    the user's own pairs, by lower-case name
public record Attributes(Map<String, String> headers, Map<String, String> user) {
    public static final Attributes NONE = new Attributes(Map.of(), Map.of());

    public Attributes {
        headers = Map.copyOf(headers);
        user = Map.copyOf(user);
    }
}
