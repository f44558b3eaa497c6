package leaseback.testbed.simulation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import leaseback.testbed.simulation.Twin.Outcome;

/// What was done, step by step, and how it came out.
final class History {
    private final long seed;
    private final List<String> plan = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();
    private final Map<String, Integer> outcomes = new TreeMap<>();

    History(long seed) {
        this.seed = seed;
    }

    synchronized void step(int number, Instant now, String what) {
        String line = number + " " + now + " " + what;
        plan.add(line);
        lines.add(line);
    }

    synchronized void say(String what) {
        lines.add("    " + what);
    }

    synchronized void outcome(String who, Outcome outcome) {
        lines.add("        " + who + ": " + outcome);
        outcomes.merge(switch (outcome) {
            case Outcome.Refused refused -> refused.reason().toString();
            case Outcome.Done done -> "done";
            case Outcome.Gone gone -> "sender gone";
            case Outcome.Unknown unknown -> "unknown";
        }, 1, Integer::sum);
    }

    /// How often acts ended in which way.
    synchronized Map<String, Integer> outcomes() {
        return Map.copyOf(outcomes);
    }

    /// What was drawn for each step.
    synchronized List<String> plan() {
        return List.copyOf(plan);
    }

    synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    /// The failure as a person wants to read it.
    synchronized AssertionError tell(Throwable failed) {
        return new AssertionError("seed " + seed + ": " + failed.getMessage() + "\n" + String.join("\n", lines)
                + "\nreplay it with: mvn -pl testbed -am verify -Dquick -Dtest=SimulationTest -Dsurefire.failIfNoSpecifiedTests=false"
                + " -Dseed=" + seed, failed);
    }
}
