package io.hone.responses;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Lets one of several requests for the same thing fetch it, and the others wait for that. Thread-safe. */
@Singleton
class Flights {

    private final ConcurrentHashMap<String, CompletableFuture<Optional<StoredAnswer>>> running =
            new ConcurrentHashMap<>();

    @Inject
    Flights() {}

    /** One thing that is being fetched, as one of its requests sees it. */
    final class Flight {

        private final String key;
        private final CompletableFuture<Optional<StoredAnswer>> outcome;
        private final boolean first;

        private Flight(String key, CompletableFuture<Optional<StoredAnswer>> outcome, boolean first) {
            this.key = key;
            this.outcome = outcome;
            this.first = first;
        }

        /** Whether this request is to fetch it; it has to {@link #end} then, whatever happens. */
        boolean isFirst() {
            return first;
        }

        /** Tells the others; null where there is nothing that they could take. */
        void end(@Nullable StoredAnswer fetched) {
            running.remove(key, outcome);
            outcome.complete(Optional.ofNullable(fetched));
        }

        /** What the first one fetched; empty where it failed, took too long, or has nothing for others. */
        Optional<StoredAnswer> await(Duration longest) {
            try {
                return outcome.get(longest.toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            } catch (ExecutionException e) {
                throw new IllegalStateException("Outcomes never fail", e);
            } catch (TimeoutException e) {
                // It is slow, not lost: whoever waited that long asks by itself.
                return Optional.empty();
            }
        }
    }

    /** Joins whoever fetches that, or becomes the first. */
    Flight join(String key) {
        CompletableFuture<Optional<StoredAnswer>> mine = new CompletableFuture<>();
        CompletableFuture<Optional<StoredAnswer>> theirs = running.putIfAbsent(key, mine);
        return theirs == null ? new Flight(key, mine, true) : new Flight(key, theirs, false);
    }

    /** How many things are being fetched. */
    int running() {
        return running.size();
    }
}
