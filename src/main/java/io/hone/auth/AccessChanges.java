package io.hone.auth;

import io.hone.cache.CacheCatalogue;
import io.hone.cache.Epochs;
import io.hone.events.Events;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Makes a change of somebody's access hold at once, on this node. Thread-safe. */
@Singleton
class AccessChanges {

    private final Epochs epochs;
    private final Events events;

    @Inject
    AccessChanges(Epochs epochs, Events events) {
        this.epochs = epochs;
        this.events = events;
    }

    /** To be called when the change is stored. */
    void tell() {
        // The second is loaded for the first: in this order none of the first is made from the old second.
        epochs.advance(CacheCatalogue.USER_SESSION);
        epochs.advance(CacheCatalogue.TOKEN_VALIDATION);
        events.fire(new AccessChanged());
    }
}
