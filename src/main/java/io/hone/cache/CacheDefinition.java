package io.hone.cache;

import io.hone.settings.Setting;

/**
 * What one cache holds and for how long.
 *
 * @param name JCache name and metric tag: lower-case words joined by dots
 * @param tier where its entries are
 * @param timeToLive setting with the time from write to expiry
 * @param mostEntries bound of a cache on the heap; 0 where the data grid bounds it
 * @param purpose what is cached, and who invalidates it
 */
public record CacheDefinition(String name, Tier tier, Setting<Long> timeToLive, int mostEntries, String purpose) {

    /** Where entries are. */
    public enum Tier {
        /** In the data grid, for all nodes. */
        GRID,
        /** On this node's heap only: what is sensitive leaves it in no form. */
        HEAP
    }
}
