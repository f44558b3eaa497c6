package leaseback.manager.placement;

import java.util.Arrays;

/// Chances of several hosts together.
final class Odds {
    private Odds() {}

    /// The chance that fewer than `k` of the first `count` are on: the Poisson binomial distribution, exact.
    ///
    /// Sums what is small, so that many nines are as exact as few.
    ///
    /// @param exactly room for `k` numbers
    static double fewerThan(int k, double[] chances, int count, double[] exactly) {
        if (k > count) {
            return 1;
        }
        Arrays.fill(exactly, 0, k, 0);
        exactly[0] = 1;
        for (int host = 0; host < count; host++) {
            double on = chances[host];
            double off = 1 - on;
            for (int j = Math.min(host + 1, k - 1); j > 0; j--) {
                exactly[j] = exactly[j] * off + exactly[j - 1] * on;
            }
            exactly[0] *= off;
        }
        double sum = 0;
        for (int j = 0; j < k; j++) {
            sum += exactly[j];
        }
        return Math.min(1, sum);
    }
}
