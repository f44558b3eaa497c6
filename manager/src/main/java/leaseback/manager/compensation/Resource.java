package leaseback.manager.compensation;

/// What a host is paid for, and in which unit its quantity is given. A month of 28 to 31 days is one month.
public enum Resource {
    DISK_RESERVED("GiB-month", "disk kept free for others"),
    DISK_USED("GiB-month", "disk used by others"),
    PROCESSOR_AVAILABLE("core-hour", "processor hours offered"),
    PROCESSOR_DELIVERED("core-hour", "processor hours worked"),
    EGRESS("GiB", "bytes sent to others");

    private final String unit;
    private final String words;

    Resource(String unit, String words) {
        this.unit = unit;
        this.words = words;
    }

    public String unit() {
        return unit;
    }

    /// As it stands on a statement.
    public String words() {
        return words;
    }
}
