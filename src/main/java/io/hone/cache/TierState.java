package io.hone.cache;

import java.util.Locale;

/** How a place outside the heap is. */
public enum TierState {
    ACTIVE,
    /** It failed, and is tried again soon. */
    DEGRADED,
    /** Switched off by setting. */
    OFF;

    /** As the interface names it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
