package leaseback.manager.s3;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import leaseback.manager.s3.rights.Action;
import leaseback.manager.s3.xml.Element;
import leaseback.manager.s3.xml.Xml;
import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.Buckets;
import leaseback.manager.storage.LockMode;
import leaseback.manager.storage.LockRule;
import leaseback.manager.storage.ObjectLock;
import leaseback.manager.storage.StorageFault;
import leaseback.manager.storage.Versioning;
import leaseback.manager.storage.Versions;

/// Locks: what a bucket gives its new objects, retention and legal hold of single versions.
final class LockOperations {
    private static final int MOST_DAYS = 36_500;
    private static final int MOST_YEARS = 100;
    private final Access access;
    private final Finder finder;
    private final Buckets buckets;
    private final Versions versions;
    private final InstantSource clock;

    LockOperations(Access access, Finder finder, Buckets buckets, Versions versions, InstantSource clock) {
        this.access = access;
        this.finder = finder;
        this.buckets = buckets;
        this.versions = versions;
        this.clock = clock;
    }

    void getRule(Call call) throws IOException, StorageFault {
        call.noBody();
        Bucket bucket = access.bucket(call, Action.GET_BUCKET_OBJECT_LOCK_CONFIGURATION);
        LockRule rule = bucket.lockRule();
        if (rule == null) {
            throw S3Error.OBJECT_LOCK_CONFIGURATION_NOT_FOUND_ERROR.because(
                    "Object Lock configuration does not exist for this bucket").with("BucketName", bucket.name());
        }
        Xml xml = Xml.document("ObjectLockConfiguration").element("ObjectLockEnabled", "Enabled");
        LockMode mode = rule.mode();
        if (mode != null) {
            xml.open("Rule").open("DefaultRetention").element("Mode", mode.name());
            if (rule.days() > 0) {
                xml.element("Days", rule.days());
            } else {
                xml.element("Years", rule.years());
            }
        }
        call.answer(xml);
    }

    void putRule(Call call) throws IOException, StorageFault {
        Bucket bucket = access.bucket(call, Action.PUT_BUCKET_OBJECT_LOCK_CONFIGURATION);
        Element document = call.document("ObjectLockConfiguration");
        if (bucket.versioning() != Versioning.ENABLED) {
            throw S3Error.INVALID_BUCKET_STATE.because("Versioning must be 'Enabled' on the bucket to apply a Object Lock "
                    + "configuration");
        }
        if (!Locks.required(document, "ObjectLockEnabled").equals("Enabled")) {
            throw Call.malformedXml();
        }
        Optional<Element> rule = document.child("Rule");
        buckets.lock(bucket, rule.isEmpty() ? LockRule.NOTHING
                : rule(rule.get().child("DefaultRetention").orElseThrow(Call::malformedXml)));
        call.answer(200);
    }

    void getRetention(Call call) throws IOException, StorageFault {
        call.noBody();
        Found found = find(call, Action.GET_OBJECT_RETENTION);
        ObjectLock lock = found.object().attributes().lock();
        LockMode mode = lock.mode();
        Instant until = lock.until();
        if (mode == null || until == null) {
            throw S3Error.NO_SUCH_OBJECT_LOCK_CONFIGURATION.because(
                    "The specified object does not have a ObjectLock configuration");
        }
        call.answer(Xml.document("Retention").element("Mode", mode.name()).element("RetainUntilDate",
                BucketOperations.instant(until)));
    }

    void putRetention(Call call) throws IOException, StorageFault {
        Found found = find(call, Action.PUT_OBJECT_RETENTION);
        Element document = call.document("Retention");
        Gate gate = access.gate(call);
        boolean bypass = ObjectWrites.bypass(call, gate, call.key());
        String version = Finder.version(call);
        if (document.children().isEmpty()) {
            versions.release(found.bucket(), call.key(), version, bypass);
            call.answer(200);
            return;
        }
        LockMode mode = Locks.mode(Locks.required(document, "Mode"), S3Error.MALFORMED_XML);
        Instant until = Locks.date(Locks.required(document, "RetainUntilDate"), S3Error.MALFORMED_XML);
        if (!until.isAfter(clock.instant())) {
            throw S3Error.INVALID_ARGUMENT.because("The retain until date must be in the future!");
        }
        versions.retain(found.bucket(), call.key(), version, mode, until, bypass);
        call.answer(200);
    }

    void getHold(Call call) throws IOException, StorageFault {
        call.noBody();
        ObjectLock lock = find(call, Action.GET_OBJECT_LEGAL_HOLD).object().attributes().lock();
        call.answer(Xml.document("LegalHold").element("Status", lock.hold() ? "ON" : "OFF"));
    }

    void putHold(Call call) throws IOException, StorageFault {
        Found found = find(call, Action.PUT_OBJECT_LEGAL_HOLD);
        boolean on = switch (Locks.required(call.document("LegalHold"), "Status")) {
            case "ON" -> true;
            case "OFF" -> false;
            default -> throw Call.malformedXml();
        };
        versions.hold(found.bucket(), call.key(), Finder.version(call), on);
        call.answer(200);
    }

    private Found find(Call call, Action action) throws S3Fault, StorageFault {
        Found found = finder.find(call, action, action);
        Locks.requireLockable(found.bucket());
        ObjectHeaders.writeVersion(found.bucket(), found.object().version(), call.reply());
        return found;
    }

    private static LockRule rule(Element retention) throws S3Fault {
        LockMode mode = Locks.mode(Locks.required(retention, "Mode"), S3Error.MALFORMED_XML);
        Optional<String> days = retention.childText("Days");
        Optional<String> years = retention.childText("Years");
        if (days.isPresent() == years.isPresent()) {
            throw Call.malformedXml();
        }
        return days.isPresent() ? new LockRule(mode, period(days.get(), MOST_DAYS), 0)
                : new LockRule(mode, 0, period(years.orElseThrow(), MOST_YEARS));
    }

    private static int period(String text, int most) throws S3Fault {
        try {
            int number = Integer.parseInt(text.strip());
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            throw Call.malformedXml();
        }
        throw S3Error.INVALID_RETENTION_PERIOD.because("Default retention period must be a positive integer value, at most " + most);
    }
}
