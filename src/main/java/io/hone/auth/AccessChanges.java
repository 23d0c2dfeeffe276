package io.hone.auth;

import io.hone.cache.Caches;
import io.hone.cache.Tags;
import io.hone.events.Events;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Makes a change of somebody's access hold at once, on this node. Thread-safe. */
@Singleton
class AccessChanges {

    private final Caches caches;
    private final Events events;

    @Inject
    AccessChanges(Caches caches, Events events) {
        this.caches = caches;
        this.events = events;
    }

    /** To be called when the change is stored. */
    void tell() {
        caches.invalidate(Tags.ACCESS);
        events.fire(new AccessChanged());
    }
}
