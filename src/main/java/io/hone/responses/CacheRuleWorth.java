package io.hone.responses;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one rule did since the start or its last change.
 *
 * @param pattern of the rule
 * @param smart whether it may be adapted
 * @param state {@code kept}; {@code left_out} while it keeps nothing because it was not worth it; {@code on_trial} after
 *     that
 * @param leftOutUntil when it is tried again; null unless it is left out
 * @param score milliseconds saved for each mebibyte held; null before it kept anything
 * @param hits answers given from what it holds
 * @param stored answers it took in
 * @param timeSavedMs what its hits would have taken longer as loads
 * @param bytes what it holds now, about
 * @param groups its answers by the template of their path, the most used first
 */
public record CacheRuleWorth(
        String pattern,
        boolean smart,
        String state,
        @Nullable Instant leftOutUntil,
        @Nullable Double score,
        long hits,
        long stored,
        double timeSavedMs,
        long bytes,
        List<Group> groups) {

    /**
     * Answers to paths of one template.
     *
     * @param path the template, or the rule's pattern where paths have none
     * @param ttlSeconds how long an answer made now is kept
     * @param minTtlSeconds the shortest that may become
     * @param maxTtlSeconds the longest
     * @param loads answers that were made
     * @param avgLoadMs how long that took; null before the first
     * @param unchanged reloads that found what was known, though nothing had outdated it
     * @param changed reloads that found something else
     * @param refreshedAhead loads before the end of the time to live
     * @param bytes what they take now, about
     */
    public record Group(
            String path,
            double ttlSeconds,
            double minTtlSeconds,
            double maxTtlSeconds,
            long hits,
            long loads,
            @Nullable Double avgLoadMs,
            long unchanged,
            long changed,
            long refreshedAhead,
            long bytes) {}
}
