package io.hone.database;

import io.hone.metrics.Metrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts commits and the writes that shared them. Thread-safe. */
final class WriterCounts {

    private final Counter commits;
    private final Counter writes;

    WriterCounts(Metrics metrics) {
        MeterRegistry registry = metrics.registry();
        commits = Counter.builder("hone.database.commits")
                .description("Transactions committed")
                .register(registry);
        writes = Counter.builder("hone.database.writes")
                .description("Writes made durable; several share a commit")
                .register(registry);
    }

    void committed(int writesInIt) {
        commits.increment();
        writes.increment(writesInIt);
    }

    long commits() {
        return (long) commits.count();
    }

    long writes() {
        return (long) writes.count();
    }
}
