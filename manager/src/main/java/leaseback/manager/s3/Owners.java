package leaseback.manager.s3;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import leaseback.manager.s3.xml.Xml;

/// Owners as one listing writes them: each name is looked up once.
final class Owners {
    private final Function<UUID, String> names;
    private final Map<UUID, String> known = new HashMap<>();

    Owners(Function<UUID, String> names) {
        this.names = names;
    }

    void write(Xml xml, String element, UUID id) {
        xml.open(element).element("ID", id.toString()).element("DisplayName", known.computeIfAbsent(id, names)).close();
    }
}
