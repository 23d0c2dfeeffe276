package io.hone.tool.demo;

import java.time.Clock;
import java.util.function.LongSupplier;

/**
 * Where time comes from.
 *
 * @param wall     for the times that are reported
 * @param nanoTime for durations, in nanoseconds; never goes back
 */
record Clocks(Clock wall, LongSupplier nanoTime) {

    static Clocks system() {
        return new Clocks(Clock.systemUTC(), System::nanoTime);
    }
}
