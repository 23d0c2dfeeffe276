package io.hone.responses;

import java.util.concurrent.atomic.AtomicBoolean;

/** Somebody who gets the answer of a {@link Fetch}, or waits to see whether it will do. Thread-safe. */
final class Listener {

    private final Asker asker;
    private final AtomicBoolean counted = new AtomicBoolean(true);
    private volatile Runnable taken = () -> {};
    private volatile boolean gone;

    Listener(Asker asker) {
        this.asker = asker;
    }

    Asker asker() {
        return asker;
    }

    /**
     * Hands on a part.
     *
     * @param more run once, whether the client takes the part or goes
     */
    void add(byte[] bytes, boolean flush, Runnable more) {
        AtomicBoolean done = new AtomicBoolean();
        Runnable once = () -> {
            if (done.compareAndSet(false, true)) {
                more.run();
            }
        };
        // Before the look: whoever goes now runs it, or is seen to be gone.
        taken = once;
        if (gone) {
            once.run();
        } else {
            asker.client().add(bytes, flush, once);
        }
    }

    /** Counts no longer among those who want the answer; false if so before. */
    boolean dismiss() {
        return counted.compareAndSet(true, false);
    }

    /** The client is gone. */
    void left() {
        gone = true;
        taken.run();
    }
}
