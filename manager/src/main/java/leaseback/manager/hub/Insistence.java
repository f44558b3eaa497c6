package leaseback.manager.hub;

import java.time.Duration;

/// How long listeners are waited for, and how often they are asked.
///
/// @param answer     for the answer to one event
/// @param firstWait  before the second try; twice as long before each further one
/// @param longestWait between tries, and between those at a listener that is failing
/// @param tries      after which a listener is failing
/// @param kept       events that wait for a listener at most
public record Insistence(Duration answer, Duration firstWait, Duration longestWait, int tries, int kept) {
    public static final Insistence NORMAL = new Insistence(Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofMinutes(10), 8, 10_000);

    Duration waitAfter(int failures) {
        Duration wait = firstWait.multipliedBy(1L << Math.min(failures - 1, 20));
        return failures >= tries || wait.compareTo(longestWait) > 0 ? longestWait : wait;
    }
}
