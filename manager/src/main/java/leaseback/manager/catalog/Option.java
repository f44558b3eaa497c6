package leaseback.manager.catalog;

/// One choice of a part that a system can be built with.
///
/// @param id    unique within its system, such as `ssd-1tb`
/// @param bytes its size; of a kind that is not counted in bytes, a figure that grows from one choice to the next better one
/// @param price added to the system's price; zero for what is included
public record Option(String id, Kind kind, String name, long bytes, Money price) {
    /// Which part the choice is about; a system is built with exactly one of each kind that it has.
    public enum Kind {
        DRIVE("larger"),
        MEMORY("larger"),
        PROCESSOR("faster"),
        DISPLAY("larger"),
        SOFTWARE("better"),
        NETWORK("faster");

        private final String more;

        Kind(String more) {
            this.more = more;
        }

        /// How the next one compares.
        public String more() {
            return more;
        }

        /// Whether its size is a count of bytes.
        public boolean countsBytes() {
            return this == DRIVE || this == MEMORY;
        }
    }

    public Option {
        Text.id("an option's id", id);
        Text.line("an option's name", name);
        Text.given("an option's kind, such as DRIVE", kind);
        Text.given("an option's price", price);
        if (bytes < 1) {
            throw new IllegalArgumentException("option " + id + " needs its size (bytes, or a figure that orders its kind), not " + bytes);
        }
        if (price.minor() < 0) {
            throw new IllegalArgumentException("option " + id + " cannot cost " + price);
        }
    }
}
