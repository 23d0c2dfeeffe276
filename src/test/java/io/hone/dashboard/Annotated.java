package io.hone.dashboard;

import io.hone.cache.CacheCatalogue;
import io.hone.cache.Caches;
import io.hone.cache.Coalesced;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.annotation.CacheKey;
import javax.cache.annotation.CachePut;
import javax.cache.annotation.CacheRemove;
import javax.cache.annotation.CacheRemoveAll;
import javax.cache.annotation.CacheResult;
import javax.cache.annotation.CacheValue;

/** A bean with every annotation, deployed beside the server's. */
@Singleton
class Annotated {

    private static final long PATIENCE_SECONDS = 30;

    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger together = new AtomicInteger();
    private final CountDownLatch go = new CountDownLatch(1);
    private final Caches caches;

    @Inject
    Annotated(Caches caches) {
        this.caches = caches;
    }

    int calls() {
        return calls.get();
    }

    @CacheResult(cacheName = CacheCatalogue.CONFIGURATION)
    String find(@CacheKey String key, int noKey) {
        return key + calls.incrementAndGet();
    }

    @CacheResult(cacheName = CacheCatalogue.CONFIGURATION)
    String nothing(String key) {
        calls.incrementAndGet();
        return null;
    }

    @CachePut(cacheName = CacheCatalogue.CONFIGURATION)
    void put(String key, @CacheValue String value) {}

    @CacheRemove(cacheName = CacheCatalogue.CONFIGURATION)
    void remove(String key) {}

    @CacheRemove(cacheName = CacheCatalogue.CONFIGURATION)
    void failToRemove(String key) {
        throw new IllegalStateException("not removed");
    }

    @CacheRemoveAll(cacheName = CacheCatalogue.CONFIGURATION)
    void removeAll() {}

    @CacheResult(cacheName = CacheCatalogue.CONFIGURATION)
    String fail(String key) throws IOException {
        throw new IOException("never kept");
    }

    /** Runs until it is let go. */
    @Coalesced
    int together(String key) throws InterruptedException {
        if (!go.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("Nobody let go");
        }
        return together.incrementAndGet();
    }

    void letGo() {
        go.countDown();
    }

    /** Waits until so many wait for the call of another. */
    void awaitWaiting(int waiting) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (caches.coalescedCalls().coalesced() < waiting) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("Fewer wait");
            }
            Thread.onSpinWait();
        }
    }
}
