package leaseback.manager.upkeep;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/// What a host's answers and presence have earned it. Pure.
///
/// `alpha` and `beta` are its good and failed audits, each answer taking a thousandth of the weight of all before it: the
/// score is about the share of good answers among the last thousand. Nothing happens to a host in silence or at once: a
/// bad score warns; a week later nothing new is placed there; a week after that its pieces are moved away. It may recover
/// at every step. Only where most answers are wrong is the first week left out, and then only for what would be new.
///
/// @param since when it came to this step
/// @param why   in words for its owner; empty when all is well
public record Reputation(double alpha, double beta, Step step, Instant since, String why) {
    /// What remains of the old with every new answer.
    static final double MEMORY = 0.999;
    /// Good answers below this share warn.
    static final double LEAST_SCORE = 0.96;
    /// Below this share most answers are wrong, and the data is certainly damaged.
    static final double RUINED = 0.5;
    /// Minutes kept of those promised in 30 days.
    static final double LEAST_ONLINE = 0.6;
    static final Duration GRACE = Duration.ofDays(7);

    /// How far things have come.
    public enum Step {
        GOOD,
        /// Its owner is told what is wrong and what will follow.
        WARNED,
        /// Nothing new is placed there.
        SUSPENDED,
        /// What it holds is moved away.
        PARTING
    }

    /// A host nobody has asked yet.
    static Reputation fresh(Instant now) {
        return new Reputation(1 / (1 - MEMORY), 0, Step.GOOD, now, "");
    }

    /// Share of good answers, the latest weighing most.
    public double score() {
        return alpha / (alpha + beta);
    }

    Reputation answered(boolean good) {
        return new Reputation(MEMORY * alpha + (good ? 1 : 0), MEMORY * beta + (good ? 0 : 1), step, since, why);
    }

    /// Draws the consequences.
    ///
    /// @param online share of the promised and watched minutes of the last 30 days in which it answered
    Reputation judged(double online, Instant now) {
        String fault = fault(online);
        if (fault.isEmpty()) {
            return step == Step.GOOD ? this : new Reputation(alpha, beta, Step.GOOD, now, "");
        }
        boolean graceOver = !since.plus(GRACE).isAfter(now);
        Step next = switch (step) {
            case GOOD -> Step.WARNED;
            case WARNED -> graceOver || score() < RUINED ? Step.SUSPENDED : Step.WARNED;
            case SUSPENDED -> graceOver ? Step.PARTING : Step.SUSPENDED;
            case PARTING -> Step.PARTING;
        };
        return new Reputation(alpha, beta, next, next == step ? since : now, fault);
    }

    private String fault(double online) {
        if (score() < LEAST_SCORE) {
            return String.format(Locale.ROOT, "of its latest answers to audits %.1f %% were right, and at least %.0f %% must be:"
                    + " its disk may be failing", 100 * score(), 100 * LEAST_SCORE);
        }
        if (online < LEAST_ONLINE) {
            return String.format(Locale.ROOT, "it was on in %.0f %% of its promised minutes of the last 30 days, and at least %.0f %%"
                    + " must be", 100 * online, 100 * LEAST_ONLINE);
        }
        return "";
    }
}
