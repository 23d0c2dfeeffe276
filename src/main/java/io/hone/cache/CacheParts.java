package io.hone.cache;

import com.github.benmanes.caffeine.cache.Ticker;
import io.hone.settings.Settings;
import java.time.Clock;

/**
 * What every cache is made with.
 *
 * @param ticker nanoseconds that no step of the clock disturbs
 */
record CacheParts(
        Settings settings,
        Epochs epochs,
        Grid grid,
        Durable durable,
        Background background,
        Clock clock,
        Ticker ticker) {}
