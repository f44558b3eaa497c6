package leaseback.manager.s3;

import java.io.IOException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import leaseback.manager.s3.rights.Action;
import leaseback.manager.s3.xml.Xml;
import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.BucketSettings;
import leaseback.manager.storage.StorageFault;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/// Whether and where access to a bucket is logged; and Ceph's POST, which delivers at once what waits.
final class LoggingOperations {
    private final Access access;
    private final BucketSettings settings;
    private final LogDelivery delivery;
    private final InstantSource clock;

    LoggingOperations(Access access, BucketSettings settings, LogDelivery delivery, InstantSource clock) {
        this.access = access;
        this.settings = settings;
        this.delivery = delivery;
        this.clock = clock;
    }

    void get(Call call) throws IOException, StorageFault {
        call.noBody();
        LogRule rule = rule(access.bucket(call, Action.GET_BUCKET_LOGGING));
        if (rule == null) {
            call.answer(Xml.document("BucketLoggingStatus"));
            return;
        }
        call.reply().putDate(HttpHeader.LAST_MODIFIED, rule.setAt().toEpochMilli());
        call.answer(rule.document());
    }

    void put(Call call) throws IOException, StorageFault {
        Bucket bucket = owned(call);
        LogRule wanted = LogRule.read(call.document("BucketLoggingStatus"), clock.instant().truncatedTo(ChronoUnit.SECONDS));
        if (wanted != null) {
            delivery.target(bucket, wanted);
        }
        LogRule before = rule(bucket);
        if (wanted == null) {
            settings.remove(bucket, LogRule.SETTING);
        } else if (!wanted.isAs(before)) {
            settings.put(bucket, LogRule.SETTING, wanted.text());
        }
        String key = before == null || before.isAs(wanted) ? null : delivery.end(bucket, before, wanted != null);
        if (key == null) {
            call.answer(200);
        } else {
            call.answer(Xml.document("PutBucketLoggingOutput").element("FlushedLoggingObject", key));
        }
    }

    void flush(Call call) throws IOException, StorageFault {
        call.noBody();
        Bucket bucket = owned(call);
        LogRule rule = rule(bucket);
        if (rule == null) {
            throw S3Error.INVALID_REQUEST.because("Access to the bucket " + bucket.name() + " is not logged, so there is nothing to deliver.");
        }
        call.answer(Xml.document("PostBucketLoggingOutput").element("FlushedLoggingObject", delivery.flush(bucket, rule)));
    }

    /// Its owner's alone, whatever a policy says: logs tell what all others do.
    private Bucket owned(Call call) throws S3Fault, StorageFault {
        Gate gate = access.gate(call);
        gate.require(Action.PUT_BUCKET_LOGGING);
        if (!gate.bucket().ownerId().equals(gate.caller())) {
            throw gate.denied(Action.PUT_BUCKET_LOGGING);
        }
        return gate.bucket();
    }

    private @Nullable LogRule rule(Bucket bucket) {
        return settings.find(bucket, LogRule.SETTING).map(LogRule::parse).orElse(null);
    }

    /// Of a bucket that is about to go.
    static @Nullable LogRule rule(Map<String, String> settings) {
        String text = settings.get(LogRule.SETTING);
        return text == null ? null : LogRule.parse(text);
    }
}
