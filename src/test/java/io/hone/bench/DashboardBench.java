package io.hone.bench;

import io.hone.dashboard.BenchmarkStatistics;
import io.hone.metrics.Latencies;
import io.hone.sessions.BenchmarkSessions;
import io.hone.sessions.SessionGenerator;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What uncached dashboard statistics cost with few and with many sessions: the two statements, the answer as JSON and its
 * compression, as the bean makes them, on one thread. Both databases hold the same year, and the clock stands at its end.
 */
@Command(
        name = "dashboard",
        description = "Uncached dashboard statistics with 1,000 against 1,000,000 sessions, by window.")
final class DashboardBench extends Measurement {

    private static final double MOST = 1.5;

    @Option(names = "--small", description = "Sessions in the small database (${DEFAULT-VALUE}).")
    private int small = 1_000;

    @Option(names = "--large", description = "Sessions in the large database (${DEFAULT-VALUE}).")
    private int large = 1_000_000;

    @Option(names = "--seconds", description = "Time for each window (${DEFAULT-VALUE}).")
    private double seconds = 8;

    @Override
    void measure(Report report) throws Exception {
        Table table = report.table(
                "uncached dashboard statistics",
                "window",
                "small ms",
                "large ms",
                "ratio",
                "small p99 ms",
                "large p99 ms",
                "small rows",
                "large rows");
        try (BenchmarkSessions few = open(small);
                BenchmarkSessions many = open(large)) {
            for (String window : List.of("24h", "7d", "30d", "all")) {
                progress("dashboard %s", window);
                BenchmarkStatistics ofFew = BenchmarkStatistics.of(few);
                BenchmarkStatistics ofMany = BenchmarkStatistics.of(many);
                long fewRows = rowsOf(few, () -> ofFew.bytes(window));
                long manyRows = rowsOf(many, () -> ofMany.bytes(window));
                List<Histogram> times =
                        Alternation.time(seconds(seconds), () -> ofFew.bytes(window), () -> ofMany.bytes(window));
                double fewMs = Alternation.medianMs(times.get(0));
                double manyMs = Alternation.medianMs(times.get(1));
                table.row(
                        window,
                        fewMs,
                        manyMs,
                        manyMs / fewMs,
                        times.get(0).getValueAtPercentile(99) / 1e6,
                        times.get(1).getValueAtPercentile(99) / 1e6,
                        fewRows,
                        manyRows);
                report.atMost(MOST, "window %s, %,d to %,d sessions".formatted(window, large, small), manyMs / fewMs);
            }
        }
        report.note("rows: buckets that the statement over the counts reads");
    }

    private static BenchmarkSessions open(int sessions) throws Exception {
        return BenchmarkSessions.open(GenerateBench.data(sessions), Map.of(), SessionGenerator.clock());
    }

    private static long rowsOf(BenchmarkSessions sessions, Alternation.Work work) throws Exception {
        long before = rows(sessions);
        work.run();
        return rows(sessions) - before;
    }

    private static long rows(BenchmarkSessions sessions) {
        return sessions.database().statements().stream()
                .filter(statement -> statement.name().equals("session_count.read"))
                .mapToLong(Latencies.Summary::rows)
                .sum();
    }
}
