package io.hone.http;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Lets running requests finish before the server stops, and no new one begin. Thread-safe. */
@Singleton
public class Draining {

    private final AtomicInteger running = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private volatile boolean stopping;
    private long deadlineNanos;

    /** Whether the server is about to stop. */
    public boolean isStopping() {
        return stopping;
    }

    /** Notes that a request begins; false if it must not. */
    boolean enter() {
        running.incrementAndGet();
        if (stopping) {
            leave();
            return false;
        }
        return true;
    }

    /** Notes that a request has ended. */
    void leave() {
        if (running.decrementAndGet() == 0 && stopping) {
            lock.lock();
            try {
                idle.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Refuses what comes from now on and waits for what runs, at most that long. */
    public void drain(Duration longest) {
        lock.lock();
        try {
            if (!stopping) {
                // Asked for twice, by signal and by the container, it still ends at the first deadline.
                deadlineNanos = System.nanoTime() + longest.toNanos();
                stopping = true;
            }
            long left = deadlineNanos - System.nanoTime();
            while (running.get() > 0 && left > 0) {
                left = idle.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
