package io.hone.gateway;

import io.hone.database.Database;
import io.hone.gateway.CallRepository.Difference;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * What calls to providers cost, and what answers from a cache saved. Thread-safe.
 *
 * <p>Answers from a cache are thousands a second and cost nothing: they are summed up in memory and stored every few
 * seconds. A crash loses those seconds of statistics, and never money.
 */
@Singleton
public class Calls {

    /** Different sums that may wait; beyond, they are stored at once. */
    private static final int MOST_WAITING = 10_000;

    private static final int MOST_FORGOTTEN = 10_000;

    /** Threads that note the same sum at the same time would wait for each other: each has one of so many to note in. */
    private static final int PLACES = 16;

    private record Key(Instant day, Spender spender, String model) {}

    private record Hits(long count, Money saved) {

        Hits plus(Hits other) {
            return new Hits(count + other.count, saved.plus(other.saved));
        }
    }

    private final CallRepository repository;
    private final Database database;
    private final Settings settings;
    private final Clock clock;
    private final List<Map<Key, Hits>> waiting = Stream.generate(
                    () -> (Map<Key, Hits>) new ConcurrentHashMap<Key, Hits>())
            .limit(PLACES)
            .toList();

    @Inject
    Calls(CallRepository repository, Database database, Settings settings, Clock clock) {
        this.repository = repository;
        this.database = database;
        this.settings = settings;
        this.clock = clock;
    }

    /** What a session came to: one read of an index. Answers from a cache of the last seconds may be missing. */
    public Spending ofSession(UUID session) {
        return repository.ofSession(session);
    }

    /**
     * What sessions came to, by one read of an index; see {@link #ofSession}.
     *
     * @param sessions at least one
     * @return without those that nothing was called for
     */
    public Map<UUID, Spending> ofSessions(Collection<UUID> sessions) {
        return repository.ofSessions(sessions);
    }

    /**
     * Notes an answer from a cache.
     *
     * @param saved what the call would have cost
     */
    public void hit(Spender spender, String model, Money saved) {
        Key key = new Key(clock.instant().truncatedTo(ChronoUnit.DAYS), spender, model);
        Map<Key, Hits> place = waiting.get((int) (Thread.currentThread().getId() % PLACES));
        place.merge(key, new Hits(1, saved), Hits::plus);
        if (place.size() >= MOST_WAITING / PLACES) {
            storeHits();
        }
    }

    /** Stores what was noted; what cannot be stored waits for the next time. */
    public void storeHits() {
        Map<Key, Hits> batch = new LinkedHashMap<>();
        for (Map<Key, Hits> place : waiting) {
            for (Key key : List.copyOf(place.keySet())) {
                Hits hits = place.remove(key);
                if (hits != null) {
                    batch.merge(key, hits, Hits::plus);
                }
            }
        }
        if (batch.isEmpty()) {
            return;
        }
        try {
            database.write(transaction -> {
                Ledger ledger = new Ledger(repository);
                batch.forEach((key, hits) -> ledger.add(
                        key.day(),
                        key.spender(),
                        key.model(),
                        new Difference(
                                0, 0, hits.count(), 0, 0, 0, 0, hits.saved().nano())));
                ledger.store(transaction);
                return 0;
            });
        } catch (RuntimeException e) {
            batch.forEach((key, hits) -> waiting.get(0).merge(key, hits, Hits::plus));
            throw e;
        }
    }

    /** Forgets calls that are older than the setting says; their sums by day stay. Returns how many. */
    public int forgetOld() {
        Duration kept = Duration.ofDays(settings.get(SettingsCatalogue.CALL_RETENTION));
        Instant before = clock.instant().minus(kept);
        return database.write(transaction -> repository.forget(transaction, before, MOST_FORGOTTEN));
    }
}
