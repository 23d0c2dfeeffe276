package io.hone.cache;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads that nobody waits for: few at a time, and no more than can wait. Thread-safe. */
@Singleton
class Background {

    private static final Logger LOG = LoggerFactory.getLogger(Background.class);

    /** Half of the smallest server's processors: loading ahead must not slow down what is asked now. */
    private static final int THREADS = 1;

    private static final int MOST_WAITING = 128;
    private static final long STOPPING_SECONDS = 2;

    private final ThreadPoolExecutor executor = new ThreadPoolExecutor(
            THREADS, THREADS, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), task -> {
                Thread thread = new Thread(task, "hone-cache");
                thread.setDaemon(true);
                return thread;
            });

    @Inject
    Background() {}

    /**
     * Runs the work soon.
     *
     * @return whether there was room for it
     */
    boolean run(Runnable work) {
        try {
            executor.execute(() -> {
                try {
                    work.run();
                } catch (RuntimeException e) {
                    LOG.warn("A load in the background failed: {}", e.toString());
                }
            });
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /** Finishes what waits, as far as that is done within two seconds. */
    @PreDestroy
    void stop() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(STOPPING_SECONDS, TimeUnit.SECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
