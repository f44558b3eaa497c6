package leaseback.manager.compliance;

/// What a lease asks of its host and is judged by, the gravest first.
public enum Provision {
    /// Nobody alters what is kept there for others.
    TAMPER("data of others is kept unaltered", "check"),
    /// It is on in the agreed hours.
    PRESENCE("the machine is on in the agreed hours", "minute"),
    /// What it keeps can be read back.
    DISK("the disk is there and gives back what it keeps", "audit"),
    /// Work that it is given is done.
    WORK("the processor does the work it is given", "core-second"),
    /// Its agent is not too old.
    AGENT_VERSION("the agent is up to date", "check");

    private final String words;
    private final String unit;

    Provision(String words, String unit) {
        this.words = words;
        this.unit = unit;
    }

    /// As one would say it to the owner.
    public String words() {
        return words;
    }

    /// Whether it is measured by readings, and not looked at.
    boolean measured() {
        return switch (this) {
            case PRESENCE, DISK, WORK -> true;
            case AGENT_VERSION, TAMPER -> false;
        };
    }

    /// What it is counted in.
    public String unit() {
        return unit;
    }
}
