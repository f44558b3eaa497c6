package leaseback.manager.metering;

import java.util.Arrays;
import java.util.stream.Collectors;

/// What is measured, each in the one unit it is counted in.
public enum Meter {
    /// Minutes of the leased window in which the host was there.
    PRESENCE("presence", "minute"),
    /// Minutes the window had: what presence is measured against.
    WINDOW("window", "minute"),
    /// Disk kept free for us, whether used or not.
    DISK_RESERVED("disk-reserved", "byte-hour"),
    /// Disk of a host that holds users' data.
    DISK_USED("disk-used", "byte-hour"),
    /// Processor time offered inside the window.
    CPU_AVAILABLE("cpu-available", "core-second"),
    /// Processor time that work took.
    CPU_DELIVERED("cpu-delivered", "core-second"),
    /// Processor time that was asked for of a host: what is delivered is measured against it.
    CPU_ASKED("cpu-asked", "core-second"),
    /// Bytes a host sent out for us, or that were sent to a user.
    EGRESS("egress", "byte"),
    /// Bytes taken in.
    INGRESS("ingress", "byte"),
    /// Requests a user made.
    REQUESTS("requests", "request"),
    /// What a user stores.
    STORED("stored", "byte-hour"),
    /// Times a user's site was asked for.
    HITS("hits", "request"),
    /// Audits a host was asked for, and those it passed.
    AUDITS("audits", "audit"),
    AUDITS_PASSED("audits-passed", "audit");

    private final String word;
    private final String unit;

    Meter(String word, String unit) {
        this.word = word;
        this.unit = unit;
    }

    /// Its name on the wire and in the database.
    public String word() {
        return word;
    }

    public String unit() {
        return unit;
    }

    /// @throws IllegalArgumentException when there is no such meter
    public static Meter named(String word) {
        return Arrays.stream(values()).filter(meter -> meter.word.equals(word)).findFirst().orElseThrow(() ->
                new IllegalArgumentException("there is no meter \"" + word + "\"; there are "
                        + Arrays.stream(values()).map(Meter::word).collect(Collectors.joining(", "))));
    }
}
