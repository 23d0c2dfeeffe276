package io.hone.cache;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A number for each tag that changes with everything that the tag stands for. What is made from tagged things is kept
 * with the sum of their numbers of <em>before</em> it was made, and holds while that is the sum: a value that was loaded
 * before a change does not outlive it, even if it is stored after the change. Removing entries alone would let such a
 * late store live on.
 *
 * <p>Tags share a fixed number of places by their hash, so that any number of them takes the same memory. Two that meet
 * outdate each other, which costs a load and never correctness. A change adds a random number instead of one: nodes that
 * have heard of the same changes, in whatever order, have the same sums, and others have not.
 *
 * <p>Thread-safe; reading takes no lock.
 */
@Singleton
public class Epochs {

    /** A power of two; 512 KiB. */
    private static final int PLACES = 1 << 16;

    private final AtomicLongArray places = new AtomicLongArray(PLACES);

    /** Tells this run of the server from those before it, whose entries may still be in the data grid. */
    private final long first = ThreadLocalRandom.current().nextLong();

    @Inject
    public Epochs() {}

    /** The epoch of a tag; to be read before the value is loaded. */
    public long of(String tag) {
        return at(place(tag));
    }

    /** The epoch of all of them together; 0 for none. */
    public long of(Collection<String> tags) {
        long sum = 0;
        for (String tag : tags) {
            sum += of(tag);
        }
        return sum;
    }

    /** Starts a new epoch of a tag: what was kept before holds no more. To be called after the change is committed. */
    public void advance(String tag) {
        advance(place(tag));
    }

    /** The epoch of a place that {@link #place} gave. */
    long at(int place) {
        return first + places.get(place);
    }

    /** Starts a new epoch of everything at a place. */
    void advance(int place) {
        // Odd, and so never nothing.
        places.addAndGet(place, ThreadLocalRandom.current().nextLong() | 1);
    }

    static int place(Object tag) {
        int hash = tag.hashCode() * 0x9E37_79B9; // Fibonacci hashing: Knuth, The Art of Computer Programming, 6.4
        return hash >>> (Integer.SIZE - 16);
    }
}
