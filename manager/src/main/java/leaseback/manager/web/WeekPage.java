package leaseback.manager.web;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import leaseback.protocol.LeaseTerms;

/// Capacity over the hours of the week: one picture of the bytes that are served, one of the processors that may work.
public record WeekPage(Picture serving, Picture processor, String week) {
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("EEE", Locale.ENGLISH);
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("d MMMM yyyy", Locale.ENGLISH);
    private static final DateTimeFormatter HOUR = DateTimeFormatter.ofPattern("EEEE HH:mm", Locale.ENGLISH);

    static WeekPage at(Instant now, Collection<LeaseTerms> promises) {
        Week serving = Week.of(now, promises, LeaseTerms::serving, LeaseTerms::leasedBytes);
        Week processor = Week.of(now, promises, LeaseTerms::processor, terms -> 1);
        return new WeekPage(new Picture("serving", serving, true, now), new Picture("processor", processor, false, now),
                DATE.format(serving.monday()) + " to " + DATE.format(serving.monday().plusDays(6)));
    }

    public List<Picture> pictures() {
        return List.of(serving, processor);
    }

    public boolean empty() {
        return serving.week().hosts() == 0;
    }

    /// Seven rows of 24 cells; a cell is filled from below as far as its hour is of the most that could be.
    ///
    /// @param ofBytes whether bytes are shown, or machines
    public record Picture(String id, Week week, boolean ofBytes, Instant now) {
        static final int LEFT = 46;
        static final int TOP = 22;
        static final int STEP = 38;

        /// Height of a cell with its gap.
        public int row() {
            return ofBytes ? 38 : 26;
        }

        public int width() {
            return LEFT + 24 * STEP + 90;
        }

        public int height() {
            return TOP + 7 * row() + 8;
        }

        public String heading() {
            return ofBytes ? "Bytes served" : "Processors";
        }

        /// `07`, as it is written over the cells.
        public String hour(int hour) {
            return hour < 10 ? "0" + hour : String.valueOf(hour);
        }

        public String title() {
            return ofBytes ? "Bytes on hosts whose serving window is open, by hour of the week (UTC)"
                    : "Machines whose processor may work for others, by hour of the week (UTC)";
        }

        /// What one reads off the picture, in a sentence.
        public String says() {
            if (week.highest().amount() == 0) {
                return ofBytes ? "No host has promised to serve in any hour." : "No host has promised its processor in any hour.";
            }
            if (week.even()) {
                return "The same in every hour: " + words(week.lowest()) + ".";
            }
            long others = week.lowestHours() - 1;
            return "Lowest: " + HOUR.format(week.lowest().from().atOffset(ZoneOffset.UTC)) + " UTC with " + words(week.lowest())
                    + (others > 0 ? ", and " + Figures.count(others, "more hour") + " like it" : "")
                    + ". Highest: " + words(week.highest()) + ". Now: " + words(week.hours().get(week.index(now))) + ".";
        }

        /// The 168 cells, with what is drawn and said of each.
        public List<Cell> cells() {
            long most = week.amount();
            long least = week.lowest().amount();
            int present = week.index(now);
            boolean even = week.even();
            List<Cell> cells = new ArrayList<>();
            for (int i = 0; i < week.hours().size(); i++) {
                Week.Hour hour = week.hours().get(i);
                int full = row() - 4;
                int filled = most == 0 ? 0 : (int) Math.round((double) hour.amount() / most * full);
                if (hour.amount() > 0) {
                    filled = Math.max(2, filled);
                }
                int y = TOP + i / 24 * row();
                cells.add(new Cell(LEFT + i % 24 * STEP, y, STEP - 4, full, y + full - filled, filled,
                        !even && hour.amount() == least, i == present,
                        HOUR.format(hour.from().atOffset(ZoneOffset.UTC)) + " UTC: " + words(hour)));
            }
            return cells;
        }

        /// Name of each day, where it is written, and the least of its hours.
        public List<Row> rows() {
            List<Row> rows = new ArrayList<>();
            for (int day = 0; day < 7; day++) {
                List<Week.Hour> hours = week.hours().subList(day * 24, day * 24 + 24);
                long least = hours.stream().mapToLong(Week.Hour::amount).min().orElseThrow();
                rows.add(new Row(DAY.format(hours.getFirst().from().atOffset(ZoneOffset.UTC)), TOP + day * row() + row() / 2 + 2,
                        brief(least), hours.stream().map(hour -> brief(hour.amount())).toList()));
            }
            return rows;
        }

        public int x(int hour) {
            return LEFT + hour * STEP;
        }

        /// The most a cell can show: all that is leased.
        public String scale() {
            return brief(week.amount());
        }

        private String brief(long value) {
            return ofBytes ? Figures.bytes(value) : Figures.count(value);
        }

        private String words(Week.Hour hour) {
            String hosts = hour.hosts() + " of " + Figures.count(week.hosts(), "host");
            return ofBytes ? Figures.bytes(hour.amount()) + " on " + hosts : hosts;
        }
    }

    /// One hour as drawn: its frame, how much of it is filled, and what it says.
    public record Cell(int x, int y, int width, int height, int fillY, int fillHeight, boolean lowest, boolean now, String words) {
        /// A small wedge at the top of the cell: what says lowest to those who see no colours.
        public String notch() {
            int middle = x + width / 2;
            return "M" + (middle - 5) + " " + (y + 3) + " H" + (middle + 5) + " L" + middle + " " + (y + 9) + " Z";
        }
    }

    /// One day as written.
    public record Row(String day, int y, String least, List<String> values) {}
}
