package io.hone.cache;

import io.hone.database.Database;
import io.hone.database.Transaction;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/**
 * The {@code cache_entry} table and what belongs to it. Whoever removes counts the cache's generation up first: what was
 * loaded before cannot be stored after. Thread-safe.
 */
@Singleton
class CacheEntryRepository {

    /** Rows that one transaction removes: others wait for it where there is only one writer. */
    private static final int BATCH = 500;

    private static final String REMOVE = "cache_entry.remove";

    /**
     * What a look finds.
     *
     * @param generation to be given to {@link #put} with what is loaded now
     * @param value null where nothing is stored, or only what has expired
     */
    record Found(long generation, byte @Nullable [] value) {}

    /** How much a cache has stored. */
    record Size(long entries, long bytes) {}

    private static final RowMapper<Found> FOUND =
            (row, context) -> new Found(row.getLong("generation"), row.getBytes("value"));

    private static final RowMapper<Size> SIZE =
            (row, context) -> new Size(row.getLong("entries"), row.getLong("total"));

    private final Database database;

    @Inject
    CacheEntryRepository(Database database) {
        this.database = database;
    }

    String kind() {
        return database.kind().label();
    }

    Found find(String cache, String key, long nowMs) {
        return database.read("cache_entry.find", handle -> handle.createQuery("""
                        SELECT COALESCE((SELECT generation FROM cache_generation WHERE cache = :cache), 0) AS generation,
                               (SELECT value FROM cache_entry
                                 WHERE cache = :cache AND entry_key = :key AND expires_at > :now) AS value
                        """)
                .bind("cache", cache)
                .bind("key", key)
                .bind("now", nowMs)
                .map(FOUND)
                .one());
    }

    /**
     * Stores an entry in the place of the one of that key.
     *
     * @return false if something was removed from the cache since that generation was read
     */
    boolean put(String cache, String key, byte[] value, List<String> tags, long expiresAt, long generation) {
        return database.write(transaction -> {
            transaction.exclusive(lock(cache));
            if (generation(transaction, cache) != generation) {
                return false;
            }
            transaction.run("cache_entry.put", handle -> handle.createUpdate("""
                            INSERT INTO cache_entry (cache, entry_key, value, bytes, expires_at)
                            VALUES (:cache, :key, :value, :bytes, :expires)
                            ON CONFLICT (cache, entry_key)
                            DO UPDATE SET value = excluded.value, bytes = excluded.bytes,
                                          expires_at = excluded.expires_at
                            """)
                    .bind("cache", cache)
                    .bind("key", key)
                    .bind("value", value)
                    .bind("bytes", value.length)
                    .bind("expires", expiresAt)
                    .execute());
            transaction.run("cache_entry.untag", handle -> handle.createUpdate(
                            "DELETE FROM cache_entry_tag WHERE cache = :cache AND entry_key = :key")
                    .bind("cache", cache)
                    .bind("key", key)
                    .execute());
            for (String tag : Set.copyOf(tags)) {
                transaction.run("cache_entry.tag", handle -> handle.createUpdate(
                                "INSERT INTO cache_entry_tag (tag, cache, entry_key) VALUES (:tag, :cache, :key)")
                        .bind("tag", tag)
                        .bind("cache", cache)
                        .bind("key", key)
                        .execute());
            }
            return true;
        });
    }

    /** Removes one entry; how many went. */
    long remove(String cache, String key) {
        return database.write(transaction -> {
            advance(transaction, cache);
            return (long) transaction.run(REMOVE, handle -> handle.createUpdate(
                            "DELETE FROM cache_entry WHERE cache = :cache AND entry_key = :key")
                    .bind("cache", cache)
                    .bind("key", key)
                    .execute());
        });
    }

    /** Removes everything of a cache; how many went. */
    long clear(String cache) {
        database.write(transaction -> advance(transaction, cache));
        return inBatches("""
                DELETE FROM cache_entry
                 WHERE cache = :cache
                   AND entry_key IN (SELECT entry_key FROM cache_entry WHERE cache = :cache LIMIT :batch)
                """, cache, "", 0);
    }

    /** Removes the entries of a tag; how many went. */
    long removeTagged(String cache, String tag) {
        database.write(transaction -> advance(transaction, cache));
        return inBatches("""
                DELETE FROM cache_entry
                 WHERE cache = :cache
                   AND entry_key IN (SELECT entry_key FROM cache_entry_tag
                                      WHERE cache = :cache AND tag = :text LIMIT :batch)
                """, cache, tag, 0);
    }

    /** Removes the entries whose key a condition holds for; how many went. */
    long removeIf(String cache, Predicate<String> keys) {
        database.write(transaction -> advance(transaction, cache));
        long removed = 0;
        String last = "";
        while (true) {
            String after = last;
            List<String> some = database.read("cache_entry.keys", handle -> handle.createQuery("""
                            SELECT entry_key FROM cache_entry
                             WHERE cache = :cache AND entry_key > :after ORDER BY entry_key LIMIT :batch
                            """)
                    .bind("cache", cache)
                    .bind("after", after)
                    .bind("batch", BATCH)
                    .mapTo(String.class)
                    .list());
            List<String> matching = some.stream().filter(keys).toList();
            if (!matching.isEmpty()) {
                removed += database.write(transaction -> transaction.run(REMOVE, handle -> handle.createUpdate(
                                "DELETE FROM cache_entry WHERE cache = :cache AND entry_key IN (<keys>)")
                        .bind("cache", cache)
                        .bindList("keys", matching)
                        .execute()));
            }
            if (some.size() < BATCH) {
                return removed;
            }
            last = some.get(some.size() - 1);
        }
    }

    /** Removes what has expired; how many went. Nothing that holds is touched, so the generation stays. */
    long removeExpired(String cache, long nowMs) {
        return inBatches("""
                DELETE FROM cache_entry
                 WHERE cache = :cache
                   AND entry_key IN (SELECT entry_key FROM cache_entry
                                      WHERE cache = :cache AND expires_at <= :number LIMIT :batch)
                """, cache, "", nowMs);
    }

    /** Removes some of the entries that expire next; how many went. */
    long removeNextToExpire(String cache) {
        return once("""
                DELETE FROM cache_entry
                 WHERE cache = :cache
                   AND entry_key IN (SELECT entry_key FROM cache_entry
                                      WHERE cache = :cache ORDER BY expires_at LIMIT :batch)
                """, cache, "", 0);
    }

    Size size(String cache) {
        return database.read(
                "cache_entry.size",
                handle -> handle.createQuery("""
                        SELECT COUNT(*) AS entries, COALESCE(SUM(bytes), 0) AS total
                          FROM cache_entry WHERE cache = :cache
                        """).bind("cache", cache).map(SIZE).one());
    }

    /** The keys that were asked most when that was last stored, the most asked first. */
    List<byte[]> hotKeys(String cache) {
        return database.read("cache_hot_key.find", handle -> handle.createQuery(
                        "SELECT entry_key FROM cache_hot_key WHERE cache = :cache ORDER BY place")
                .bind("cache", cache)
                .mapTo(byte[].class)
                .list());
    }

    /** Stores the keys that were asked most, in the place of those of before. */
    void putHotKeys(String cache, List<byte[]> keys) {
        database.write(transaction -> {
            transaction.exclusive(lock(cache));
            transaction.run("cache_hot_key.remove", handle -> handle.createUpdate(
                            "DELETE FROM cache_hot_key WHERE cache = :cache")
                    .bind("cache", cache)
                    .execute());
            if (!keys.isEmpty()) {
                transaction.run("cache_hot_key.put", handle -> {
                    var batch = handle.prepareBatch(
                            "INSERT INTO cache_hot_key (cache, place, entry_key) VALUES (:cache, :place, :key)");
                    for (int i = 0; i < keys.size(); i++) {
                        batch.bind("cache", cache)
                                .bind("place", i)
                                .bind("key", keys.get(i))
                                .add();
                    }
                    return batch.execute().length;
                });
            }
            return keys.size();
        });
    }

    private long inBatches(String sql, String cache, String text, long number) {
        long removed = 0;
        long last;
        do {
            last = once(sql, cache, text, number);
            removed += last;
        } while (last == BATCH);
        return removed;
    }

    private long once(String sql, String cache, String text, long number) {
        return database.write(transaction -> transaction.run(REMOVE, handle -> handle.createUpdate(sql)
                .bind("cache", cache)
                .bind("text", text)
                .bind("number", number)
                .bind("batch", BATCH)
                .execute()));
    }

    private static long generation(Transaction transaction, String cache) {
        return transaction.run("cache_generation.find", handle -> handle.createQuery(
                        "SELECT generation FROM cache_generation WHERE cache = :cache")
                .bind("cache", cache)
                .mapTo(Long.class)
                .findOne()
                .orElse(0L));
    }

    private static int advance(Transaction transaction, String cache) {
        transaction.exclusive(lock(cache));
        return transaction.run(
                "cache_generation.advance",
                handle -> handle.createUpdate("""
                        INSERT INTO cache_generation (cache, generation) VALUES (:cache, 1)
                        ON CONFLICT (cache) DO UPDATE SET generation = cache_generation.generation + 1
                        """).bind("cache", cache).execute());
    }

    private static String lock(String cache) {
        return "cache " + cache;
    }
}
