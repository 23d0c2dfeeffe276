package io.hone.performance;

import io.hone.cache.CacheDefinition;
import io.hone.cache.CacheHealth;
import io.hone.cache.CacheReport;
import io.hone.cache.CacheStatistics;
import io.hone.cache.Grid;
import io.hone.cache.TierState;
import io.hone.database.Database;
import io.hone.http.RequestLog;
import io.hone.metrics.Latencies;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the server does and what could be better, each advice with what it is based on. Thread-safe. */
@Singleton
class Analytics {

    /** Fewer reads of a cache tell nothing about it. */
    static final long FEW = 100;

    static final double OPTIMAL = 0.8;
    static final double POOR = 0.5;

    /** Above this a cache may keep what should have been looked at again. */
    static final double SUSPICIOUS = 0.95;

    /** Share of operations that push a good entry out, above which a bound is too small. */
    static final double MOST_EVICTIONS = 0.05;

    /** How urgent an advice is. */
    enum Severity {
        INFO,
        WATCH,
        WARNING,
        CRITICAL;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * An advice.
     *
     * @param cache which one it is about; null for the server
     * @param evidence the figures behind it
     */
    record Recommendation(
            String severity,
            @Nullable String cache,
            String title,
            String detail,
            String suggestion,
            Map<String, Object> evidence) {}

    /** Requests since the start; rates 0 to 1, null before the first. */
    record Performance(
            long requests,
            @Nullable Double errorRate,
            @Nullable Double slowRate,
            double avgMs,
            double p95Ms,
            long cacheRequests,
            @Nullable Double cacheHitRate,
            double timeSavedMs) {}

    /** What the server runs on; bytes. */
    record Infrastructure(
            long heapUsedBytes,
            long heapMaxBytes,
            int processors,
            String database,
            Database.PoolUse pool,
            String l2,
            @Nullable String l2Reason,
            double uptimeSeconds) {}

    /** All of it. */
    record Dashboard(
            Instant generatedAt,
            Performance performance,
            Infrastructure infrastructure,
            List<Recommendation> recommendations) {}

    private final CacheReport caches;
    private final RequestLog requests;
    private final Database database;
    private final Clock clock;

    @Inject
    Analytics(CacheReport caches, RequestLog requests, Database database, Clock clock) {
        this.caches = caches;
        this.requests = requests;
        this.database = database;
        this.clock = clock;
    }

    Dashboard dashboard() {
        List<CacheStatistics> all = caches.statistics();
        Latencies.Summary total = requests.total();
        long reads = all.stream().mapToLong(CacheStatistics::requests).sum();
        long hits = all.stream().mapToLong(CacheStatistics::hits).sum();
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        Grid grid = caches.grid();
        return new Dashboard(
                clock.instant(),
                new Performance(
                        total.count(),
                        total.count() == 0 ? null : (double) total.errors() / total.count(),
                        total.count() == 0 ? null : (double) total.slow() / total.count(),
                        total.avgMs(),
                        total.p95Ms(),
                        reads,
                        reads == 0 ? null : (double) hits / reads,
                        all.stream().mapToDouble(CacheStatistics::timeSavedMs).sum()),
                new Infrastructure(
                        heap.getUsed(),
                        heap.getMax(),
                        Runtime.getRuntime().availableProcessors(),
                        database.kind().label(),
                        database.pool(),
                        grid.state().label(),
                        grid.failure(),
                        ManagementFactory.getRuntimeMXBean().getUptime() / 1_000.0),
                recommendations(all, caches.health(), grid.state(), grid.failure()));
    }

    /** The most urgent first. */
    static List<Recommendation> recommendations(
            List<CacheStatistics> all, List<CacheHealth> health, TierState grid, @Nullable String failure) {
        List<Recommendation> advice = new ArrayList<>();
        if (grid == TierState.DEGRADED) {
            advice.add(new Recommendation(
                    Severity.WARNING.label(),
                    null,
                    "The data grid does not answer",
                    "Caches go on with the heap and the source; the grid is tried again by itself.",
                    "Look at the server's log and the other nodes of the cluster.",
                    Map.of("state", grid.label(), "failure", failure == null ? "" : failure)));
        }
        for (CacheStatistics cache : all) {
            ofHitRate(cache, advice);
            ofEvictions(cache, advice);
        }
        for (CacheHealth one : health) {
            if (one.status() == CacheHealth.Status.CRITICAL) {
                advice.add(new Recommendation(
                        Severity.CRITICAL.label(),
                        one.name(),
                        "Cache " + one.name() + " does harm",
                        String.join("; ", one.reasons()),
                        "Switch it off by a time to live of 0, and report it.",
                        Map.of("reasons", one.reasons())));
            }
        }
        List<String> order = List.of(
                Severity.CRITICAL.label(), Severity.WARNING.label(), Severity.WATCH.label(), Severity.INFO.label());
        advice.sort((a, b) -> Integer.compare(order.indexOf(a.severity()), order.indexOf(b.severity())));
        return advice;
    }

    private static void ofHitRate(CacheStatistics cache, List<Recommendation> advice) {
        Double rate = cache.hitRate();
        if (rate == null || cache.requests() < FEW) {
            return;
        }
        Map<String, Object> evidence = new LinkedHashMap<>();
        evidence.put("hit_rate", rate);
        evidence.put("requests", cache.requests());
        evidence.put("time_saved_ms", cache.timeSavedMs());
        if (cache.verification().wrongHitRate() != null) {
            evidence.put("wrong_hit_rate", cache.verification().wrongHitRate());
            evidence.put("compared", cache.verification().compared());
        }
        if (rate > SUSPICIOUS && cache.verification().wrong() > 0) {
            advice.add(of(
                    Severity.WATCH,
                    cache,
                    "Cache %s may keep too long",
                    "Nearly every read is a hit, and some of the compared hits differed from a fresh load.",
                    "Shorten its time to live.",
                    evidence));
        } else if (rate > SUSPICIOUS) {
            advice.add(of(
                    Severity.INFO,
                    cache,
                    "Cache %s answers nearly everything",
                    "That is good where changes outdate its entries, and too much where only time does.",
                    "Nothing to do while no compared hit is wrong.",
                    evidence));
        } else if (rate > OPTIMAL) {
            advice.add(of(
                    Severity.INFO,
                    cache,
                    "Cache %s is optimal",
                    "Its hit rate is over 0.8.",
                    "Leave it as it is.",
                    evidence));
        } else if (rate >= POOR) {
            advice.add(of(
                    Severity.WATCH,
                    cache,
                    "Watch cache %s",
                    "Its hit rate is between 0.5 and 0.8.",
                    "See whether it rises with traffic before changing anything.",
                    evidence));
        } else {
            advice.add(of(
                    Severity.WARNING,
                    cache,
                    "Cache %s seldom has the answer",
                    "Its hit rate is below 0.5.",
                    "Look at its time to live, at how often changes outdate it, and at how many different keys are asked for.",
                    evidence));
        }
    }

    private static void ofEvictions(CacheStatistics cache, List<Recommendation> advice) {
        CacheStatistics.Tier heap = cache.tiers().get(CacheDefinition.Tier.L1.label());
        if (heap == null) {
            return;
        }
        long evicted = heap.evictions().getOrDefault("size", 0L);
        long operations = cache.requests() + heap.puts();
        if (operations >= FEW && evicted > operations * MOST_EVICTIONS) {
            advice.add(of(
                    Severity.WARNING,
                    cache,
                    "Cache %s is too small",
                    "Good entries are pushed out to make room.",
                    "Give it more room, or a shorter time to live.",
                    Map.of("evicted", evicted, "operations", operations)));
        }
    }

    private static Recommendation of(
            Severity severity,
            CacheStatistics cache,
            String title,
            String detail,
            String suggestion,
            Map<String, Object> evidence) {
        return new Recommendation(
                severity.label(), cache.name(), title.formatted(cache.name()), detail, suggestion, evidence);
    }
}
