package io.hone.tool.demo;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs experiments side by side. The first that fails gives the stop signal, so that the others end soon. */
final class Tasks {

    private final ExecutorService pool;
    private final StopSignal stop;
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

    /** @param pool one thread for each experiment that may run at a time */
    Tasks(ExecutorService pool, StopSignal stop) {
        this.pool = pool;
        this.stop = stop;
    }

    <T> CompletableFuture<T> start(Supplier<T> task) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        stop.check();
                        return task.get();
                    } catch (RuntimeException e) {
                        failure.compareAndSet(null, e);
                        stop.give();
                        throw e;
                    }
                },
                pool);
    }

    CompletableFuture<?> start(Runnable task) {
        return start(() -> {
            task.run();
            return "done";
        });
    }

    /** What went wrong first; a {@link CancellationException} where nothing did but the signal was given. */
    RuntimeException failure() {
        RuntimeException first = failure.get();
        return first == null ? new CancellationException("stopped") : first;
    }
}
