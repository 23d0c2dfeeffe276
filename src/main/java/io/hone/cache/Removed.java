package io.hone.cache;

/**
 * How many entries went from each tier.
 *
 * @param l2 -1 where the data grid could not be asked: its entries are outdated all the same
 */
public record Removed(long l1, long l2, long durable) {

    static final Removed NOTHING = new Removed(0, 0, 0);

    /** That many went from the heap, and none elsewhere. */
    static Removed onHeap(long l1) {
        return new Removed(l1, 0, 0);
    }

    Removed plus(Removed other) {
        return new Removed(l1 + other.l1, l2 < 0 || other.l2 < 0 ? -1 : l2 + other.l2, durable + other.durable);
    }
}
