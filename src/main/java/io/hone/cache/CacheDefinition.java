package io.hone.cache;

import io.hone.settings.Setting;
import java.util.List;
import java.util.Set;

/**
 * What one cache holds, where and for how long.
 *
 * @param name JCache name and metric tag: lower-case words joined by dots
 * @param tiers where its entries are; always on the heap
 * @param timeToLive setting with the seconds from write to expiry; 0 switches the cache off
 * @param bound how much the heap holds of it
 * @param sensitive whether no key may be shown and no entry leave the heap
 * @param refresh what is done about entries that are about to expire
 * @param verified whether a small share of hits is loaded again and compared; false where a load costs money
 * @param tags what all of its entries are made of
 * @param targetHitRate below it, the cache's health is a warning; 0 to 1
 * @param purpose what is cached, and who invalidates it
 */
public record CacheDefinition(
        String name,
        Set<Tier> tiers,
        Setting<Long> timeToLive,
        Bound bound,
        boolean sensitive,
        Refresh refresh,
        boolean verified,
        List<String> tags,
        double targetHitRate,
        String purpose) {

    /** Where entries are. */
    public enum Tier {
        /** On this node's heap. */
        L1("l1"),
        /** In the data grid, for all nodes. */
        L2("l2"),
        /** In the database, for all nodes and after a restart: where loading costs money. */
        DURABLE("durable");

        private final String label;

        Tier(String label) {
            this.label = label;
        }

        /** As the interface and the metrics name it. */
        public String label() {
            return label;
        }
    }

    /** What is done about entries that are about to expire. */
    public enum Refresh {
        /** Nothing: the next read after the expiry loads. */
        NONE,
        /**
         * A read near the expiry loads ahead in the background, with a probability that grows with the cost of the load:
         * Vattani, Chierichetti, Lowenstein, Optimal Probabilistic Cache Stampede Prevention, VLDB 2015.
         */
        EARLY
    }

    /**
     * How much the heap holds.
     *
     * @param most entries, or bytes
     * @param bytes whether {@code most} counts measured bytes
     */
    public record Bound(long most, boolean bytes) {

        static Bound entries(long most) {
            return new Bound(most, false);
        }
    }

    public CacheDefinition {
        tiers = Set.copyOf(tiers);
        tags = List.copyOf(tags);
        if (sensitive && tiers.size() > 1) {
            throw new IllegalArgumentException("%s is sensitive: its entries stay on the heap".formatted(name));
        }
        if (tiers.contains(Tier.DURABLE) && !tags.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s is durable: each change of %s would be another write".formatted(name, tags));
        }
    }

    /** The tag that every entry of the cache has: clearing it is one new epoch. */
    String ownTag() {
        return "cache:" + name;
    }
}
