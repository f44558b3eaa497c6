package leaseback.host.presence;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.LockSupport;
import leaseback.host.link.LineHandler;
import leaseback.host.link.Routes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether this machine works for others at this moment: the one place where the local page and the [Indicator] know it from.
///
/// Counted is what passes through [#watched] and [#during]: pieces written, read, verified and deleted, and the release of the machine. What the manager
/// asks of the agent itself, such as its report every few seconds, is none of it, or the light would never go out.
public final class ForeignWork implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ForeignWork.class);
    /// How long the light stays on after the last of it, so that the shortest is seen; the promise is 2 s in all.
    static final Duration AFTERGLOW = Duration.ofMillis(700);
    /// Between looks while the light is on.
    private static final Duration LOOK = Duration.ofMillis(200);
    /// Between looks while it is off: work that begins wakes the keeper by itself, and a light that could not be written is tried again.
    private static final Duration REST = Duration.ofMinutes(1);
    private static final Duration LAST_WORD = Duration.ofSeconds(2);

    private final Indicator indicator;
    private final InstantSource clock;
    private final Thread keeper = Thread.ofVirtual().name("indicator").unstarted(this::keep);
    private int exchanges;
    private @Nullable Instant lastEnd;
    private @Nullable Boolean shown;
    private boolean told;
    private volatile boolean closed;

    public ForeignWork(Indicator indicator, InstantSource clock) {
        this.indicator = indicator;
        this.clock = clock;
    }

    /// From now on the indicator follows.
    public void start() {
        keeper.start();
    }

    /// Counts what `handler` answers.
    public LineHandler watched(LineHandler handler) {
        return exchange -> {
            begin();
            try {
                handler.handle(exchange);
            } finally {
                end();
            }
        };
    }

    /// Counts what `answerer` does.
    public <T> Routes.Answerer<T> during(Routes.Answerer<T> answerer) {
        return value -> {
            begin();
            try {
                return answerer.answer(value);
            } finally {
                end();
            }
        };
    }

    /// Requests being answered now.
    public synchronized int exchanges() {
        return exchanges;
    }

    /// Whether it works for others now, or did a moment ago.
    public synchronized boolean working() {
        if (exchanges > 0) {
            return true;
        }
        Instant last = lastEnd;
        Instant now = clock.instant();
        // A clock that was set back does not keep the light on until it has caught up.
        return last != null && !now.isBefore(last) && now.isBefore(last.plus(AFTERGLOW));
    }

    /// The light goes out, and nobody follows any more.
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(keeper);
        try {
            keeper.join(LAST_WORD);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    /// Puts the indicator in step.
    ///
    /// @return when to look again, unless work begins before
    Duration look() {
        boolean working = working();
        show(working);
        return working ? LOOK : REST;
    }

    private void keep() {
        while (!closed) {
            LockSupport.parkNanos(this, look().toNanos());
        }
        show(false);
    }

    private void show(boolean on) {
        if (shown != null && shown == on) {
            return;
        }
        try {
            indicator.show(on);
            shown = on;
        } catch (IOException | RuntimeException dark) {
            if (!told) {
                told = true;
                LOG.warn("the light that shows work for others does not answer; the work goes on without it: {}", dark.toString());
            }
        }
    }

    private synchronized void begin() {
        exchanges++;
        LockSupport.unpark(keeper);
    }

    private synchronized void end() {
        exchanges--;
        lastEnd = clock.instant();
    }
}
