package io.hone.cache;

import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A load under way, whose result others wait for. Thread-safe.
 *
 * @param <V> value
 */
final class Flight<V> {

    private final CompletableFuture<V> result = new CompletableFuture<>();
    private final long stamp;
    final long patterns;

    /** Ticker's time from which nobody joins it any more. */
    final long forgotten;

    private volatile Thread owner = Thread.currentThread();

    Flight(long stamp, long patterns, long forgotten) {
        this.stamp = stamp;
        this.patterns = patterns;
        this.forgotten = forgotten;
    }

    /** Whether its result holds for whoever would begin that one. */
    boolean isLike(Flight<V> other) {
        return stamp == other.stamp && patterns == other.patterns;
    }

    boolean isOfThisThread() {
        return owner == Thread.currentThread();
    }

    /** This thread loads, not the one that made it. */
    void takeOver() {
        owner = Thread.currentThread();
    }

    void complete(V value) {
        result.complete(value);
    }

    void fail(Throwable failure) {
        result.completeExceptionally(failure);
    }

    /**
     * Waits for the result.
     *
     * @throws ProblemException 503 if it takes longer than that
     */
    V await(Duration patience) {
        try {
            return result.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("The load that this read waited for failed", e.getCause());
        } catch (TimeoutException e) {
            throw overloaded(patience);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw overloaded(patience);
        }
    }

    static ProblemException overloaded(Duration patience) {
        return new ProblemException(
                ProblemType.OVERLOADED,
                "What was asked for was being made by another request for over %d ms".formatted(patience.toMillis()));
    }
}
