package leaseback.manager;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The manager's loops. Each compares what is with what should be, acts, and may run twice; a round that fails is said
/// and followed by the next.
final class Chores implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Chores.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private final List<Thread> threads = new ArrayList<>();
    private final Counter rounds;
    private final Counter failures;
    private final Gauge lastRound;

    Chores(PrometheusRegistry registry) {
        rounds = Counter.builder().name("leaseback_chore_rounds_total").help("Rounds run.").labelNames("chore").register(registry);
        failures = Counter.builder().name("leaseback_chore_failures_total").help("Rounds that failed.").labelNames("chore").register(registry);
        lastRound = Gauge.builder().name("leaseback_chore_last_success_seconds").help("Unix time of the last round that ended well.")
                .labelNames("chore").register(registry);
    }

    /// Runs `round` again and again with `pause` between rounds, until closed.
    void every(String name, Duration pause, Runnable round) {
        threads.add(Thread.ofVirtual().name("chore " + name).start(() -> {
            boolean failedBefore = false;
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    rounds.labelValues(name).inc();
                    round.run();
                    lastRound.labelValues(name).set(System.currentTimeMillis() / 1000.0);
                    if (failedBefore) {
                        LOG.info("chore {}: works again", name);
                    }
                    failedBefore = false;
                } catch (RuntimeException failed) {
                    failures.labelValues(name).inc();
                    if (!failedBefore && !Thread.currentThread().isInterrupted()) {
                        LOG.warn("chore {}: this round failed, the next one tries again", name, failed);
                    }
                    failedBefore = true;
                }
                try {
                    Thread.sleep(pause);
                } catch (InterruptedException stopped) {
                    return;
                }
            }
        }));
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
        for (Thread thread : threads) {
            try {
                thread.join(PATIENCE);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
