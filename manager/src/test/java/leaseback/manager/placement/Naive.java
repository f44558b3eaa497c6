package leaseback.manager.placement;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import leaseback.protocol.Calendar;

/// The same as placement, by looking at everything there is: each choice of hosts, each choice of those that acknowledge, each
/// outcome of who is on. Shares no line with what it is held against.
final class Naive {
    private Naive() {}

    /// The chance that it can be read at the worst hour when the worst `needed` of the hosts have their piece.
    static double readable(Code code, List<Candidate> hosts) {
        Map<List<Double>, Double> known = new HashMap<>();
        double worst = 1;
        for (int hour = 0; hour < Calendar.HOURS; hour++) {
            int at = hour;
            List<Double> chances = hosts.stream().map(host -> host.week().at(at)).toList();
            worst = Math.min(worst, known.computeIfAbsent(chances, tuple -> worstOfStored(code, tuple)));
        }
        return worst;
    }

    private static double worstOfStored(Code code, List<Double> chances) {
        double worst = 1;
        for (int stored = 0; stored < 1 << chances.size(); stored++) {
            if (Integer.bitCount(stored) == Math.min(code.needed(), chances.size())) {
                worst = Math.min(worst, atLeast(code.k(), chances, stored));
            }
        }
        return worst;
    }

    private static double atLeast(int k, List<Double> chances, int stored) {
        double sum = 0;
        for (int on = stored;; on = (on - 1) & stored) {
            if (Integer.bitCount(on) >= k) {
                double chance = 1;
                for (int host = 0; host < chances.size(); host++) {
                    if ((stored >> host & 1) == 1) {
                        chance *= (on >> host & 1) == 1 ? chances.get(host) : 1 - chances.get(host);
                    }
                }
                sum += chance;
            }
            if (on == 0) {
                return sum;
            }
        }
    }

    /// Every choice of `count` hosts.
    static List<List<Candidate>> choices(List<Candidate> hosts, int count) {
        List<List<Candidate>> choices = new ArrayList<>();
        for (int chosen = 0; chosen < 1 << hosts.size(); chosen++) {
            if (Integer.bitCount(chosen) == count) {
                List<Candidate> choice = new ArrayList<>();
                for (int host = 0; host < hosts.size(); host++) {
                    if ((chosen >> host & 1) == 1) {
                        choice.add(hosts.get(host));
                    }
                }
                choices.add(choice);
            }
        }
        return choices;
    }

    /// Codes that keep what the class says of losses, of a year and of bytes.
    static List<Code> codes(StorageClass asked, int hosts, Wear wear) {
        List<Code> codes = new ArrayList<>();
        for (int k = 1; k <= hosts; k++) {
            for (int n = k; n <= hosts; n++) {
                int needed = n - Math.max(1, n / 6);
                if (needed >= k && needed - k >= asked.losses() && (double) n / k <= asked.mostExpansion()
                        && wear.lostPerYear(new Code(k, n, needed)) <= asked.lostPerYear()) {
                    codes.add(new Code(k, n, needed));
                }
            }
        }
        return codes;
    }

    /// Pieces too many for an owner.
    static long sharedOwners(List<Candidate> hosts) {
        return hosts.size() - hosts.stream().map(Candidate::owner).distinct().count();
    }

    static long sharedNetworks(List<Candidate> hosts) {
        return hosts.size() - hosts.stream().map(Candidate::network).distinct().count();
    }
}
