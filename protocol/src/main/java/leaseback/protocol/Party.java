package leaseback.protocol;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Who a certificate speaks for, written into it as its one URI name: `spiffe://leaseback/host/<uuid>` or
/// `spiffe://leaseback/manager/<uuid>`. Nothing else in a certificate or message says who is speaking.
public sealed interface Party {
    /// An enrolled machine.
    record Host(UUID id) implements Party {}

    /// One running manager process.
    record Manager(UUID id) implements Party {}

    UUID id();

    default String uri() {
        return switch (this) {
            case Host host -> "spiffe://leaseback/host/" + host.id();
            case Manager manager -> "spiffe://leaseback/manager/" + manager.id();
        };
    }

    /// The party with this name; empty when it is none of ours.
    static Optional<Party> named(String uri) {
        String prefix = "spiffe://leaseback/";
        if (!uri.startsWith(prefix)) {
            return Optional.empty();
        }
        String[] kindAndId = uri.substring(prefix.length()).split("/", 2);
        if (kindAndId.length != 2) {
            return Optional.empty();
        }
        UUID id;
        try {
            id = UUID.fromString(kindAndId[1]);
        } catch (IllegalArgumentException notAnId) {
            return Optional.empty();
        }
        Party party = switch (kindAndId[0]) {
            case "host" -> new Host(id);
            case "manager" -> new Manager(id);
            default -> null;
        };
        // One spelling each: what is compared as text elsewhere must not have a second form.
        return Optional.ofNullable(party).filter(found -> found.uri().equals(uri));
    }

    /// The one party a certificate names; empty when it names none of ours, or more than one URI.
    static Optional<Party> of(X509Certificate certificate) {
        Collection<List<?>> names;
        try {
            names = certificate.getSubjectAlternativeNames();
        } catch (CertificateParsingException unreadable) {
            return Optional.empty();
        }
        if (names == null) {
            return Optional.empty();
        }
        List<String> uris = names.stream()
                .filter(name -> name.getFirst() instanceof Integer kind && kind == 6)
                .map(name -> String.valueOf(name.get(1)))
                .toList();
        return uris.size() == 1 ? named(uris.getFirst()) : Optional.empty();
    }
}
