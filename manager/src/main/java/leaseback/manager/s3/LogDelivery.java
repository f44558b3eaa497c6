package leaseback.manager.s3;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import leaseback.manager.s3.rights.Action;
import leaseback.manager.s3.rights.Question;
import leaseback.manager.storage.AccessLogs;
import leaseback.manager.storage.Attributes;
import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.BucketSettings;
import leaseback.manager.storage.Buckets;
import leaseback.manager.storage.ObjectStore;
import leaseback.manager.storage.Precondition;
import leaseback.manager.storage.StorageFault;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The service `logging.s3.amazonaws.com`: keeps records of access, and delivers them into the buckets that let it.
final class LogDelivery {
    private static final Logger LOG = LoggerFactory.getLogger(LogDelivery.class);
    private static final DateTimeFormatter SECOND = DateTimeFormatter.ofPattern("uuuu-MM-dd-HH-mm-ss", Locale.ROOT);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("uuuu/MM/dd", Locale.ROOT);
    private static final Attributes PLAIN_TEXT = new Attributes(Map.of("content-type", "text/plain"), Map.of());
    private static final int A_ROUND = 50;
    private static final Duration PAUSE = Duration.ofMinutes(10);
    /// What could not be delivered for so long is dropped.
    private static final Duration GIVEN_UP = Duration.ofDays(1);
    private final Buckets buckets;
    private final BucketSettings settings;
    private final ObjectStore objects;
    private final AccessLogs logs;
    private final InstantSource clock;
    private final String region;

    LogDelivery(Buckets buckets, BucketSettings settings, ObjectStore objects, InstantSource clock, String region) {
        this.buckets = buckets;
        this.settings = settings;
        this.objects = objects;
        this.logs = new AccessLogs(objects);
        this.clock = clock;
        this.region = region;
    }

    /// Whether the target lets the service write logs of the source under the prefix: by its policy, or by its ACL where both
    /// buckets have one owner.
    boolean mayDeliver(Bucket target, String prefix, String source, UUID sourceOwner) {
        Question question = new Question(null, Action.PUT_OBJECT, "arn:aws:s3:::" + target.name() + "/" + prefix, null,
                Map.of("aws:sourcearn", List.of("arn:aws:s3:::" + source), "aws:sourceaccount", List.of(sourceOwner.toString())));
        return Access.rights(target, settings.all(target)).allowsLogs(question, sourceOwner);
    }

    /// @throws S3Fault AccessDenied; InvalidTargetBucketForLogging when there is no such bucket
    Bucket target(Bucket source, LogRule rule) throws S3Fault {
        Bucket target;
        try {
            target = buckets.find(rule.target());
        } catch (StorageFault none) {
            throw S3Error.INVALID_TARGET_BUCKET_FOR_LOGGING.because("The target bucket for logging does not exist: " + rule.target())
                    .with("TargetBucket", rule.target());
        }
        require(target, source, rule);
        return target;
    }

    /// Before an object is changed: whoever owns the target of a journal may end it by deleting the target, not by a policy that
    /// lets changes go by unseen.
    ///
    /// @throws S3Fault AccessDenied
    void requireJournal(Bucket source, LogRule rule) throws S3Fault {
        Bucket target;
        try {
            target = buckets.find(rule.target());
        } catch (StorageFault gone) {
            return;
        }
        require(target, source, rule);
    }

    private void require(Bucket target, Bucket source, LogRule rule) throws S3Fault {
        if (!mayDeliver(target, rule.prefix(), source.name(), source.ownerId())) {
            throw S3Error.ACCESS_DENIED.because("Logging bucket " + target.name() + " does not let logging.s3.amazonaws.com put objects under "
                    + "the prefix '" + rule.prefix() + "' for the source bucket " + source.name() + ".");
        }
    }

    /// @throws StorageFault when the target is gone
    void add(Bucket source, LogRule rule, List<String> lines) throws StorageFault {
        logs.add(rule.destination(buckets.find(rule.target()), source.name(), source.ownerId()), lines);
    }

    /// Delivers all that waits for the destination of a source; makes an empty object where nothing does.
    ///
    /// @return its key
    String flush(Bucket source, LogRule rule) throws IOException, StorageFault {
        AccessLogs.Destination to = rule.destination(target(source, rule), source.name(), source.ownerId());
        return deliver(to.target(), logs.close(to, true).orElseThrow());
    }

    /// Delivers what waits under a rule that ends, to a target that let us when it was set, and still does or is of the same owner.
    ///
    /// @param always whether an empty object is made where nothing waits
    /// @return the key; null when nothing is delivered now
    @Nullable String end(Bucket source, LogRule rule, boolean always) {
        try {
            Bucket target = buckets.find(rule.target());
            if (!target.ownerId().equals(source.ownerId()) && !mayDeliver(target, rule.prefix(), source.name(), source.ownerId())) {
                return null;
            }
            AccessLogs.Batch batch = logs.close(rule.destination(target, source.name(), source.ownerId()), always).orElse(null);
            return batch == null ? null : deliver(target, batch);
        } catch (StorageFault | IOException later) {
            LOG.info("the last records of the bucket {} wait to be delivered to {}: {}", source.name(), rule.target(), later.getMessage());
            return null;
        }
    }

    /// One round of the chore; objects delivered.
    int run() {
        int delivered = 0;
        for (AccessLogs.Batch due : logs.due(A_ROUND)) {
            AccessLogs.Batch batch = logs.claim(due).orElse(null);
            if (batch == null) {
                continue;
            }
            try {
                Bucket target = buckets.find(batch.target());
                if (mayDeliver(target, batch.prefix(), batch.source(), batch.sourceOwner())) {
                    deliver(target, batch);
                    delivered++;
                    continue;
                }
                later(batch, "its policy and ACL do not let us");
            } catch (StorageFault | IOException failed) {
                later(batch, String.valueOf(failed.getMessage()));
            }
        }
        return delivered;
    }

    private void later(AccessLogs.Batch batch, String why) {
        Instant now = clock.instant();
        if (now.isBefore(batch.openedAt().plus(GIVEN_UP))) {
            logs.putOff(batch, now.plus(PAUSE));
            return;
        }
        LOG.warn("an access log of {} could not be delivered to {} for {} and is dropped: {}", batch.source(), batch.target(), GIVEN_UP,
                why);
        logs.drop(batch);
    }

    /// Done again after a crash it writes the same object again.
    private String deliver(Bucket target, AccessLogs.Batch batch) throws IOException, StorageFault {
        String key = key(batch);
        objects.put(target, key, PLAIN_TEXT, new LogContent(logs, batch), Precondition.NONE);
        logs.drop(batch);
        return key;
    }

    private String key(AccessLogs.Batch batch) {
        ZonedDateTime closed = Objects.requireNonNull(batch.closedAt(), "closed").atZone(ZoneOffset.UTC);
        String partition = switch (batch.form()) {
            case SIMPLE -> "";
            case EVENT_TIME -> partition(batch, batch.openedAt().atZone(ZoneOffset.UTC));
            case DELIVERY_TIME -> partition(batch, closed);
        };
        // In the order of delivery, within a second too.
        return batch.prefix() + partition + SECOND.format(closed) + String.format(Locale.ROOT, "-%06d", closed.getNano() / 1000)
                + batch.id().toString().replace("-", "").substring(0, 10).toUpperCase(Locale.ROOT);
    }

    private String partition(AccessLogs.Batch batch, ZonedDateTime day) {
        return batch.sourceOwner() + "/" + region + "/" + batch.source() + "/" + DAY.format(day) + "/";
    }
}
