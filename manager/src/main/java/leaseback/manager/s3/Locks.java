package leaseback.manager.s3;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import leaseback.manager.s3.xml.Element;
import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.LockMode;
import leaseback.manager.storage.ObjectLock;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/// Object locks, as headers and documents write them.
final class Locks {
    private Locks() {}

    static ObjectLock ofHeaders(HttpFields headers) throws S3Fault {
        String mode = headers.get("x-amz-object-lock-mode");
        String until = headers.get("x-amz-object-lock-retain-until-date");
        String hold = headers.get("x-amz-object-lock-legal-hold");
        if (mode == null && until == null && hold == null) {
            return ObjectLock.NONE;
        }
        if ((mode == null) != (until == null)) {
            throw S3Error.INVALID_ARGUMENT.because("x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be "
                    + "supplied");
        }
        boolean on = "ON".equals(hold);
        if (hold != null && !on && !hold.equals("OFF")) {
            throw S3Fault.invalidArgument("x-amz-object-lock-legal-hold", hold, "Legal Hold must be either of 'ON' or 'OFF'");
        }
        if (mode == null || until == null) {
            return new ObjectLock(null, null, on);
        }
        return new ObjectLock(mode(mode, S3Error.INVALID_ARGUMENT), date(until, S3Error.INVALID_ARGUMENT), on);
    }

    /// @throws S3Fault when nothing in the bucket can be locked
    static void check(Bucket bucket, ObjectLock lock) throws S3Fault {
        if (!lock.equals(ObjectLock.NONE)) {
            requireLockable(bucket);
        }
    }

    static void requireLockable(Bucket bucket) throws S3Fault {
        if (bucket.lockRule() == null) {
            throw S3Error.INVALID_REQUEST.because("Bucket is missing Object Lock Configuration");
        }
    }

    static void write(ObjectLock lock, HttpFields.Mutable reply) {
        LockMode mode = lock.mode();
        Instant until = lock.until();
        if (mode != null && until != null) {
            reply.put("x-amz-object-lock-mode", mode.name());
            reply.put("x-amz-object-lock-retain-until-date", BucketOperations.instant(until));
        }
        if (lock.hold()) {
            reply.put("x-amz-object-lock-legal-hold", "ON");
        }
    }

    static LockMode mode(@Nullable String text, S3Error error) throws S3Fault {
        for (LockMode mode : LockMode.values()) {
            if (mode.name().equals(text)) {
                return mode;
            }
        }
        throw error.because("Unknown wormMode directive: " + text);
    }

    static Instant date(String text, S3Error error) throws S3Fault {
        try {
            return OffsetDateTime.parse(text.strip()).toInstant().truncatedTo(ChronoUnit.MILLIS);
        } catch (DateTimeException unreadable) {
            throw error.because("The retain until date must be provided in ISO 8601 format: " + text);
        }
    }

    static String required(Element parent, String child) throws S3Fault {
        return parent.childText(child).map(String::strip).orElseThrow(Call::malformedXml);
    }
}
