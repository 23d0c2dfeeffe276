package io.hone.bench;

import io.hone.criteria.Technique;
import io.hone.database.BenchmarkDisk;
import io.hone.http.Caller;
import io.hone.sessions.BenchmarkSessions;
import io.hone.sessions.NewSession;
import io.hone.sessions.Session;
import io.hone.sessions.SessionGenerator;
import io.hone.sessions.Step;
import io.hone.settings.SettingsCatalogue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Group commit against one commit each: sessions created, and batches of 100 values recorded, by 1 and by 16 threads
 * through the front door, on the disk as it is and on one whose commits take longer. Each thread asks again as soon as
 * it is answered (a closed loop). The two ways run in turn; figures are medians over the rounds, ratios the medians of
 * those within a round. With one client the medians of the times are compared: throughput would follow the few writes
 * that a busy disk holds up.
 */
@Command(
        name = "commits",
        description = "Group commit against one commit each, on this disk and on one whose flush takes 1 ms longer.")
final class CommitsBench extends Measurement {

    private static final int STEPS = 25;
    private static final List<String> METRICS = List.of("loss", "accuracy", "latency_ms", "bytes");
    private static final Caller CALLER = new Caller("bench", "");

    @Option(names = "--rounds", description = "Rounds, each of both ways (${DEFAULT-VALUE}).")
    private int rounds = 7;

    @Option(names = "--seconds", description = "Time for each way in a round (${DEFAULT-VALUE}).")
    private double seconds = 0.7;

    @Option(names = "--clients", description = "Threads when there are many (${DEFAULT-VALUE}).")
    private int clients = 16;

    @Option(names = "--slower-ms", description = "How much longer a commit takes on the slow disk (${DEFAULT-VALUE}).")
    private double slowerMs = 1;

    /** What is measured; each thread keeps a state of its own. */
    private enum Work {
        CREATE,
        STEPS;

        ClientLoop.Client client(Sides.Side side) {
            return this == CREATE ? creator(side) : recorder(side);
        }
    }

    @Override
    void measure(Report report) throws Exception {
        Table table = report.table(
                "group commit (on) against one commit each (off)",
                "disk",
                "work",
                "clients",
                "group",
                "ops/s",
                "p50 ms",
                "p99 ms",
                "commits/s",
                "ops per commit",
                "ratio");
        Path folder = FOLDER.resolve("commits");
        SessionGenerator.delete(folder);
        Files.createDirectories(folder);
        double flushMs = BenchmarkDisk.flushMs(folder);
        for (boolean slow : new boolean[] {false, true}) {
            String disk = slow ? "+%s ms".formatted(Table.text(slowerMs)) : "as it is";
            try (Sides sides = new Sides(folder.resolve(slow ? "slow" : "real"))) {
                if (slow) {
                    sides.slow((long) (slowerMs * 1e6));
                }
                for (Work work : Work.values()) {
                    for (int threads : new int[] {1, clients}) {
                        progress("commits: disk %s, %s, %d clients", disk, label(work), threads);
                        Outcome on = new Outcome();
                        Outcome off = new Outcome();
                        run(sides, work, threads, on, off);
                        double ratio = threads == 1
                                ? Alternation.medianRatio(off.p50, on.p50)
                                : Alternation.medianRatio(on.perSecond, off.perSecond);
                        addRow(table, disk, work, threads, "on", on, ratio);
                        addRow(table, disk, work, threads, "off", off, ratio);
                        compare(
                                report,
                                "%s, disk %s, %d clients".formatted(label(work), disk, threads),
                                slow,
                                threads,
                                on,
                                ratio);
                    }
                }
            }
        }
        SessionGenerator.delete(folder);
        report.note("a flush of 4 KiB takes %s ms on this disk", Table.text(flushMs));
        report.note("ratio: of throughput, on to off; with one client of the median time, off to on");
        report.note("a batch of steps is %d values of %d metrics", STEPS * METRICS.size(), METRICS.size());
    }

    private void compare(Report report, String what, boolean slow, int threads, Outcome on, double ratio) {
        if (threads == 1) {
            report.atLeast(0.95, what + ": time of one, off to on", ratio);
            return;
        }
        report.atLeast(4, what + ": requests a commit", on.perCommit());
        if (slow) {
            report.atLeast(2, what + ": throughput, on to off", ratio);
        }
    }

    /** The figures of one way, a round each. */
    private static final class Outcome {
        private final List<Double> perSecond = new ArrayList<>();
        private final List<Double> p50 = new ArrayList<>();
        private final List<Double> p99 = new ArrayList<>();
        private final List<Double> commits = new ArrayList<>();
        private final List<Double> perCommit = new ArrayList<>();

        double perSecond() {
            return Alternation.median(perSecond);
        }

        double perCommit() {
            return Alternation.median(perCommit);
        }
    }

    private void run(Sides sides, Work work, int threads, Outcome on, Outcome off) throws Exception {
        ClientLoop grouped = new ClientLoop(clients(work, sides.grouped(), threads));
        ClientLoop single = new ClientLoop(clients(work, sides.single(), threads));
        grouped.run(seconds(seconds / 2));
        single.run(seconds(seconds / 2));
        for (int round = 0; round < rounds; round++) {
            if (round % 2 == 0) {
                add(on, sides.grouped(), grouped);
                add(off, sides.single(), single);
            } else {
                add(off, sides.single(), single);
                add(on, sides.grouped(), grouped);
            }
        }
    }

    private static List<ClientLoop.Client> clients(Work work, Sides.Side side, int threads) {
        return IntStream.range(0, threads).mapToObj(i -> work.client(side)).toList();
    }

    private void add(Outcome outcome, Sides.Side side, ClientLoop loop) throws Exception {
        long commits = side.sessions().database().writer().commits();
        Load load = loop.run(seconds(seconds));
        double committed = side.sessions().database().writer().commits() - commits;
        outcome.perSecond.add(load.perSecond());
        outcome.p50.add(load.ms(50));
        outcome.p99.add(load.ms(99));
        outcome.commits.add(committed / load.seconds());
        outcome.perCommit.add(load.requests() / committed);
    }

    private static void addRow(
            Table table, String disk, Work work, int threads, String group, Outcome outcome, double ratio) {
        table.row(
                disk,
                label(work),
                threads,
                group,
                outcome.perSecond(),
                Alternation.median(outcome.p50),
                Alternation.median(outcome.p99),
                Alternation.median(outcome.commits),
                outcome.perCommit(),
                group.equals("on") ? (Double) ratio : null);
    }

    private static String label(Work work) {
        return work == Work.CREATE ? "create" : "steps";
    }

    /** The same data folder twice: with group commit and without. */
    private static final class Sides implements AutoCloseable {

        /** One way of committing. */
        record Side(BenchmarkSessions sessions) {}

        private final Side grouped;
        private final Side single;

        Sides(Path folder) {
            grouped = new Side(open(folder.resolve("grouped"), true));
            single = new Side(open(folder.resolve("single"), false));
        }

        Side grouped() {
            return grouped;
        }

        Side single() {
            return single;
        }

        void slow(long nanos) {
            BenchmarkDisk.slowCommits(grouped.sessions().database(), nanos);
            BenchmarkDisk.slowCommits(single.sessions().database(), nanos);
        }

        private static BenchmarkSessions open(Path folder, boolean group) {
            return BenchmarkSessions.open(
                    folder, Map.of(SettingsCatalogue.GROUP_COMMIT, Boolean.toString(group)), Clock.systemUTC());
        }

        @Override
        public void close() {
            grouped.sessions().close();
            single.sessions().close();
        }
    }

    private static ClientLoop.Client creator(Sides.Side side) {
        return () -> create(side);
    }

    private static Session create(Sides.Side side) {
        return side.sessions()
                .sessions()
                .create(
                        CALLER,
                        new NewSession(
                                null,
                                "resnet50 int8",
                                "bench",
                                "resnet50",
                                Technique.QUANTIZATION,
                                null,
                                null,
                                null,
                                null,
                                Map.of("bits", 8, "scheme", "symmetric"),
                                Map.of("team", "edge"),
                                null),
                        null);
    }

    private static ClientLoop.Client recorder(Sides.Side side) {
        Session session = create(side);
        long[] next = {0};
        return () -> {
            List<Step> batch = new ArrayList<>();
            Instant now = Instant.ofEpochMilli(System.currentTimeMillis());
            for (int i = 0; i < STEPS; i++) {
                long step = next[0]++;
                Map<String, Double> values = new LinkedHashMap<>();
                for (String metric : METRICS) {
                    values.put(metric, Math.sin(step + metric.length()));
                }
                batch.add(new Step(step, now, values));
            }
            side.sessions().sessions().recordSteps(CALLER, session.id(), batch);
        };
    }
}
