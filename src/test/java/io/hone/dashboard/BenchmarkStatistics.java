package io.hone.dashboard;

import io.hone.cache.TestCaches;
import io.hone.sessions.BenchmarkSessions;

/** The dashboard's statistics without the container, and so without its cache, for measuring what they cost to make. */
public final class BenchmarkStatistics {

    private final DashboardStatistics statistics;

    private BenchmarkStatistics(DashboardStatistics statistics) {
        this.statistics = statistics;
    }

    /** The statistics of those sessions, by their clock. */
    public static BenchmarkStatistics of(BenchmarkSessions sessions) {
        return new BenchmarkStatistics(new DashboardStatistics(
                sessions.sessions(), sessions.statistics(), TestCaches.onHeap(sessions.clock()), sessions.clock()));
    }

    /**
     * Makes the answer.
     *
     * @param window as the interface names it
     * @return its size
     */
    public int bytes(String window) {
        return statistics.encoded(Window.of(window), "").identity().length;
    }
}
