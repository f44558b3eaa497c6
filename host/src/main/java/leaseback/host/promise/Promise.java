package leaseback.host.promise;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import leaseback.host.link.LineHandler;
import leaseback.protocol.Calendar;
import leaseback.protocol.LeaseTerms;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/// What this machine has promised, enforced here: the terms last received, kept on disk, so that they hold while no manager
/// can be reached and over restarts.
public final class Promise {
    private static final Logger LOG = LoggerFactory.getLogger(Promise.class);

    private static final Calendar NEVER = new Calendar(ZoneOffset.UTC, List.of());
    private static final LeaseTerms NOTHING = new LeaseTerms(new UUID(0, 0), 0, 0, NEVER, NEVER, 0, "EUR",
            "Nothing is leased yet.");

    private final Kept<LeaseTerms> kept;
    private final InstantSource clock;

    private Promise(Kept<LeaseTerms> kept, InstantSource clock) {
        this.kept = kept;
        this.clock = clock;
    }

    public static Promise in(Path file, InstantSource clock, JsonMapper json) throws IOException {
        return new Promise(Kept.in(file, LeaseTerms.class, json), clock);
    }

    /// Before the first terms: version 0, no bytes, never open.
    public LeaseTerms terms() {
        return kept.value().orElse(NOTHING);
    }

    /// Takes new terms, on disk before they count. Older ones of the same lease are passed over.
    public synchronized void accept(LeaseTerms offered) throws IOException {
        LeaseTerms now = terms();
        if (offered.leaseId().equals(now.leaseId()) && offered.version() < now.version()) {
            throw new IllegalArgumentException("version " + offered.version() + " of the terms is older than " + now.version());
        }
        kept.keep(offered);
        if (!offered.equals(now)) {
            LOG.info("terms of lease {}, version {}: {} bytes; {}", offered.leaseId(), offered.version(), offered.leasedBytes(),
                    Words.hours(offered.serving()));
        }
    }

    /// Whether the serving window is open on this machine's clock.
    public boolean isServing() {
        return terms().serving().isOpen(clock.instant());
    }

    /// When the serving window opens or shuts next; `Instant.MAX` for never.
    public Instant nextChange() {
        return terms().serving().nextChange(clock.instant());
    }

    /// Lets requests through to `handler` while the serving window is open, and answers 503 with
    /// `leaseback-reason: window-shut` else.
    public LineHandler whileServing(LineHandler handler) {
        return exchange -> {
            if (isServing()) {
                handler.handle(exchange);
                return;
            }
            exchange.reply(503, Map.of("leaseback-reason", "window-shut", "content-type", "text/plain; charset=utf-8"));
            exchange.write(ByteBuffer.wrap(("this machine serves " + Words.hours(terms().serving())
                    + "; its window is shut now\n")
                    .getBytes(StandardCharsets.UTF_8)), Duration.ofSeconds(10));
        };
    }
}
