package leaseback.manager.placement;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import leaseback.protocol.Calendar;

/// Why a promise cannot be made, in plain words, and what would do.
final class Reason {
    /// What a further host is taken to be worth while it is on, where none is on at that hour to compare with.
    private static final double LIKELY = 0.95;
    private final StorageClass asked;
    private final List<Candidate> hosts;
    /// By hour: the best chances at that hour, best first.
    private final double[][] top;
    private final double[] exactly = new double[Code.MOST_PIECES];

    Reason(StorageClass asked, List<Candidate> hosts, double[][] top) {
        this.asked = asked;
        this.hosts = hosts;
        this.top = top;
    }

    /// Whether the code could do if at each hour the hosts were those that are best at that hour. No choice does better.
    boolean possible(Code code) {
        for (int hour = 0; hour < Calendar.HOURS; hour++) {
            if (failing(code, top[hour]) > 1 - asked.readable()) {
                return false;
            }
        }
        return true;
    }

    /// The hour at which the best of the codes does worst.
    int worstHour(List<Code> codes) {
        Code best = codes.stream().min(Comparator.comparingDouble(code -> failing(code, top[hour(code)]))).orElseThrow();
        return hour(best);
    }

    String ofHour(int hour, List<Code> codes) {
        int more = more(hour, codes);
        return opening() + "at " + Reliability.name(hour) + " " + on(hour)
                + (more == 0 ? "; more on at that hour would do" : "; " + more + " more on at that hour would do");
    }

    /// Too few hosts, or too few bytes allowed for, whatever the hour.
    String ofNumbers(Wear wear) {
        for (int n = 1; n <= Code.MOST_PIECES; n++) {
            for (int k = 1; k < n; k++) {
                if (n - Math.max(1, n / 6) >= k && n <= k * asked.mostExpansion() + 1e-9) {
                    Code code = Code.spared(k, n);
                    if (code.losses() >= asked.losses() && wear.lostPerYear(code) <= asked.lostPerYear()) {
                        return opening() + "the loss of " + asked.losses() + " hosts is to be outlived with less than " + asked.lostPerYear()
                                + " lost a year and at most " + asked.mostExpansion() + " bytes stored for each, which takes " + n
                                + " hosts under lease; " + (n - hosts.size()) + " more would do";
                    }
                }
            }
        }
        return opening() + "no code keeps what is lost a year under " + asked.lostPerYear() + " with at most " + asked.mostExpansion()
                + " bytes stored for each; allow more, or promise less";
    }

    String ofChoice(Code code, double failing, int hour) {
        return opening() + "the best choice found, " + code + ", reaches " + StorageClass.percent(1 - failing) + " at "
                + Reliability.name(hour) + ", when " + on(hour) + "; more hosts on at that hour would help";
    }

    /// For those that take a piece at this instant.
    String ofNow(Code code, Search search) {
        if (hosts.size() < code.needed()) {
            return "storing this needs " + code.needed() + " hosts that take a piece, and " + hosts.size()
                    + " can now; try again when more hosts are on";
        }
        if (search.best() == null) {
            return "cannot promise " + asked.words() + " with the hosts that take a piece now, because no " + code.needed()
                    + " of them keep the rules insisted upon: " + asked.insisted();
        }
        int hour = search.bestHour();
        return "cannot promise " + asked.words() + " with the hosts that take a piece now, because the best choice among " + hosts.size()
                + " of them, " + code + ", reaches " + StorageClass.percent(1 - search.bestFailing()) + " at " + Reliability.name(hour)
                + ", when " + on(hour) + "; try again when others are on";
    }

    private String opening() {
        return "cannot promise " + asked.words() + " with these " + hosts.size() + " hosts, because ";
    }

    private String on(int hour) {
        long on = hosts.stream().filter(host -> host.week().at(hour) >= 0.5).count();
        return on == 0 ? "none of them is on" : on == hosts.size() ? "all of them are on, but too seldom"
                : "only " + on + " of them " + (on == 1 ? "is" : "are") + " on";
    }

    /// Hosts that would have to be added at that hour for one of the codes to do; 0 when no number does.
    private int more(int hour, List<Code> codes) {
        double likely = Arrays.stream(top[hour]).filter(chance -> chance >= 0.5).average().orElse(LIKELY);
        for (int more = 1; more <= Code.MOST_PIECES; more++) {
            double[] chances = Arrays.copyOf(top[hour], top[hour].length + more);
            Arrays.fill(chances, top[hour].length, chances.length, likely);
            Arrays.sort(chances);
            double[] best = new double[chances.length];
            Arrays.setAll(best, i -> chances[chances.length - 1 - i]);
            if (codes.stream().anyMatch(code -> failing(code, best) <= 1 - asked.readable())) {
                return more;
            }
        }
        return 0;
    }

    private double failing(Code code, double[] best) {
        // The n best hosts, and of them those that are worst: nobody knows which will have stored their piece.
        int spare = Math.clamp(best.length - code.needed(), 0, code.n() - code.needed());
        double[] counted = Arrays.copyOfRange(best, spare, Math.min(best.length, spare + code.needed()));
        return Odds.fewerThan(code.k(), counted, counted.length, exactly);
    }

    private int hour(Code code) {
        int worst = 0;
        double most = -1;
        for (int hour = 0; hour < Calendar.HOURS; hour++) {
            double failing = failing(code, top[hour]);
            if (failing > most) {
                most = failing;
                worst = hour;
            }
        }
        return worst;
    }
}
