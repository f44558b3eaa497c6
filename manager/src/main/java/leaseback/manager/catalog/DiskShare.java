package leaseback.manager.catalog;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/// How much of a machine's drive is leased back; a percentage becomes bytes when the machine is made.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = DiskShare.Percent.class, name = "PERCENT"),
    @JsonSubTypes.Type(value = DiskShare.Bytes.class, name = "BYTES")
})
public sealed interface DiskShare {
    /// Of this many percent of any drive the owner can still call it theirs.
    int MOST_PERCENT = 90;

    /// The leased bytes of a drive of `driveBytes`.
    long of(long driveBytes);

    /// As the customer reads it.
    String words();

    /// A part of whichever drive is built in.
    record Percent(int percent) implements DiskShare {
        public Percent {
            if (percent < 1 || percent > MOST_PERCENT) {
                throw new IllegalArgumentException("a share of the drive is 1 to " + MOST_PERCENT + " percent, not " + percent);
            }
        }

        @Override
        public long of(long driveBytes) {
            return Math.multiplyExact(driveBytes / 100, (long) percent) + driveBytes % 100 * percent / 100;
        }

        @Override
        public String words() {
            return percent + " % of the drive";
        }
    }

    /// The same on any drive.
    record Bytes(long bytes) implements DiskShare {
        public Bytes {
            if (bytes < 1) {
                throw new IllegalArgumentException("a share of the drive is at least one byte, not " + bytes);
            }
        }

        @Override
        public long of(long driveBytes) {
            return bytes;
        }

        @Override
        public String words() {
            return Sizes.words(bytes) + " of the drive";
        }
    }
}
