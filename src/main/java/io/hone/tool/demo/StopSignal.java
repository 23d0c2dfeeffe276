package io.hone.tool.demo;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tells all threads of the demo to end; given once, stays given. Thread-safe. */
final class StopSignal {

    private final CountDownLatch given = new CountDownLatch(1);

    void give() {
        given.countDown();
    }

    boolean isGiven() {
        return given.getCount() == 0;
    }

    /** @throws CancellationException if the signal was given */
    void check() {
        if (isGiven()) {
            throw new CancellationException("stopped");
        }
    }

    /**
     * Waits, but no longer than until the signal is given.
     *
     * @throws CancellationException if the signal was given, or the thread interrupted
     */
    void pause(Duration duration) {
        try {
            if (given.await(duration.toMillis(), TimeUnit.MILLISECONDS)) {
                check();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
    }
}
