package io.hone.cache;

import java.util.Collection;

/** Whole answers that are kept in front of all caches: told of, and emptied, together with them. */
public interface AnswerStore {

    /** As the catalogue would name it. */
    String NAME = "api.response";

    /**
     * What it did since the start.
     *
     * @param requestsCached answered without making an answer
     * @param cacheBypassed requests that no rule is for
     * @param cacheErrors failures of the store itself
     * @param avgResponseTimeMs time to answer from the store; 0 before the first
     * @param cacheSizeBytes what it takes of the heap, about
     */
    record Statistics(
            long requestsCached,
            long cacheBypassed,
            long cacheErrors,
            double avgResponseTimeMs,
            long cacheSizeBytes,
            long hits,
            long misses,
            long entries) {}

    /** What it did. */
    Statistics statistics();

    /** What it is, as the catalogue would say. */
    CacheDefinition definition();

    /** What it did, as a cache among the others. */
    CacheStatistics asCache();

    /** How often smart mode changed something about it, since the start. */
    long adaptations();

    /** Outdates what has one of the tags, and says how many answers went. */
    long invalidateTags(Collection<String> tags);

    /** Removes the answers whose key, {@code hone:api.response:} and the path, matches; says how many went. */
    long removeMatching(KeyPattern keys);

    /** Removes everything, and says how many answers went. */
    long clear();

    /** Removes what has expired or was outdated, and says how many answers went. */
    long cleanUp();
}
