package io.hone.forwarding;

import io.hone.gateway.Budgets;
import io.hone.gateway.Ended;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down how calls ended, so that no thread that moves bytes waits for the disk. What waits meanwhile is written
 * together: a commit costs far more than what is in it. Thread-safe.
 */
@Singleton
class Settling {

    private static final Logger LOG = LoggerFactory.getLogger(Settling.class);

    private static final int MOST_WAITING = 10_000;

    /** Calls in one transaction: other writes wait for it. */
    private static final int MOST_TOGETHER = 128;

    private static final long STOPPING_SECONDS = 5;

    private final Budgets budgets;
    private final BlockingQueue<Ended> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final AtomicBoolean working = new AtomicBoolean();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread settling = new Thread(task, "hone-settling");
        settling.setDaemon(true);
        return settling;
    });

    @Inject
    Settling(Budgets budgets) {
        this.budgets = budgets;
    }

    /** Settles what waits; what ends later is settled by who says so. */
    @PreDestroy
    void stop() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(STOPPING_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("{} calls were not settled; they are charged as estimated", waiting.size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Writes down how a call ended, soon; at once where too many wait. */
    void add(Ended ended) {
        if (!waiting.offer(ended)) {
            settleAlone(ended);
        } else if (!working.getAndSet(true)) {
            try {
                thread.execute(this::work);
            } catch (RejectedExecutionException stopped) {
                work();
            }
        }
    }

    private void work() {
        do {
            try {
                List<Ended> together = new ArrayList<>();
                while (waiting.drainTo(together, MOST_TOGETHER) > 0) {
                    settle(together);
                    together.clear();
                }
            } finally {
                working.set(false);
            }
            // What came between the last look and that is nobody else's.
        } while (!waiting.isEmpty() && !working.getAndSet(true));
    }

    private void settle(List<Ended> together) {
        if (together.size() > 1) {
            try {
                budgets.end(List.copyOf(together));
                return;
            } catch (RuntimeException e) {
                LOG.info("{} calls could not be settled together; each is tried alone", together.size(), e);
            }
        }
        together.forEach(this::settleAlone);
    }

    private void settleAlone(Ended ended) {
        try {
            budgets.end(List.of(ended));
        } catch (RuntimeException e) {
            LOG.warn(
                    "A call to {} could not be settled; it will be charged as estimated",
                    ended.reservation().spender().provider(),
                    e);
        }
    }
}
