package io.hone.bench;

import io.hone.criteria.Technique;
import io.hone.http.Page;
import io.hone.sessions.BenchmarkSessions;
import io.hone.sessions.Filters;
import io.hone.sessions.Session;
import io.hone.sessions.SessionFilter;
import io.hone.sessions.SessionFilter.Parent;
import io.hone.sessions.SessionGenerator;
import io.hone.sessions.SessionStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What listing 50 sessions costs by each filter and order, with few and with many sessions, on one thread through
 * {@code Sessions.list}; what a page deep in the list costs against the first; and what the indexes bring.
 */
@Command(
        name = "list",
        description = "Lists of 50 sessions with 10,000 against 1,000,000, deep pages, and without indexes.")
final class ListBench extends Measurement {

    private static final int LIMIT = 50;

    /** Largest page there is: the quickest way to get far by real cursors. */
    private static final int STRIDE = 500;

    @Option(names = "--small", description = "Sessions in the small database (${DEFAULT-VALUE}).")
    private int small = 10_000;

    @Option(names = "--large", description = "Sessions in the large database (${DEFAULT-VALUE}).")
    private int large = 1_000_000;

    @Option(names = "--scanned", description = "Sessions in the database without indexes (${DEFAULT-VALUE}).")
    private int scanned = 100_000;

    @Option(names = "--seconds", description = "Time for each filter (${DEFAULT-VALUE}).")
    private double seconds = 2;

    /**
     * A list.
     *
     * @param targeted whether it has a target
     */
    private record Case(String name, SessionFilter filter, boolean targeted) {}

    @Override
    void measure(Report report) throws Exception {
        try (BenchmarkSessions few = open(GenerateBench.data(small));
                BenchmarkSessions many = open(GenerateBench.data(large))) {
            compareSizes(report, few, many);
            comparePages(report, many);
        }
        compareIndexes(report);
    }

    private void compareSizes(Report report, BenchmarkSessions few, BenchmarkSessions many) throws Exception {
        Table table = report.table(
                "50 sessions, by number of sessions stored",
                "list",
                "%,d: ms".formatted(small),
                "%,d: ms".formatted(large),
                "ratio",
                "found in small",
                "found in large");
        for (Case one : cases(few)) {
            progress("list %s", one.name());
            Case same = cases(many).stream()
                    .filter(other -> other.name().equals(one.name()))
                    .findFirst()
                    .orElseThrow();
            List<Histogram> times = Alternation.time(
                    seconds(seconds), () -> list(few, one.filter(), null), () -> list(many, same.filter(), null));
            double fewMs = Alternation.medianMs(times.get(0));
            double manyMs = Alternation.medianMs(times.get(1));
            table.row(
                    one.name(),
                    fewMs,
                    manyMs,
                    manyMs / fewMs,
                    list(few, one.filter(), null).items().size(),
                    list(many, same.filter(), null).items().size());
            if (one.targeted()) {
                report.atMost(1.3, "%s, %,d to %,d".formatted(one.name(), large, small), manyMs / fewMs);
            }
        }
    }

    private void comparePages(Report report, BenchmarkSessions many) throws Exception {
        int depth = Math.min(10_000, large / LIMIT / 2);
        Table table = report.table(
                "deep pages, %,d sessions".formatted(large), "order", "page", "first ms", "page ms", "ratio");
        for (String sort : List.of("-created_at", "-duration", "-metric:accuracy")) {
            progress("list page %,d by %s", depth, sort);
            SessionFilter filter = Filters.all().sort(sort).build();
            String cursor = null;
            for (int skipped = 0; skipped < depth * LIMIT; skipped += STRIDE) {
                cursor = many.sessions().list(filter, cursor, STRIDE).nextCursor();
            }
            String deep = cursor;
            List<Histogram> times =
                    Alternation.time(seconds(seconds), () -> list(many, filter, null), () -> list(many, filter, deep));
            double first = Alternation.medianMs(times.get(0));
            double page = Alternation.medianMs(times.get(1));
            table.row(sort, depth, first, page, page / first);
            report.atMost(1.3, "page %,d to page 1, by %s".formatted(depth, sort), page / first);
        }
    }

    private void compareIndexes(Report report) throws Exception {
        Path indexed = GenerateBench.data(scanned);
        Path bare = FOLDER.resolve("data-%d-without-indexes".formatted(scanned));
        SessionGenerator.copyWithoutIndexes(indexed, bare);
        Table table = report.table(
                "what the indexes bring, %,d sessions".formatted(scanned), "list", "with ms", "without ms", "ratio");
        try (BenchmarkSessions with = open(indexed);
                BenchmarkSessions without = open(bare)) {
            for (Case one : cases(with).stream().filter(Case::targeted).toList()) {
                progress("list %s with and without indexes", one.name());
                List<Histogram> times = Alternation.time(
                        seconds(seconds),
                        () -> list(with, one.filter(), null),
                        () -> list(without, one.filter(), null));
                double withMs = Alternation.medianMs(times.get(0));
                double withoutMs = Alternation.medianMs(times.get(1));
                table.row(one.name(), withMs, withoutMs, withoutMs / withMs);
                report.atLeast(50, "%s, without to with indexes".formatted(one.name()), withoutMs / withMs);
            }
        }
        SessionGenerator.delete(bare);
    }

    private static Page<Session> list(BenchmarkSessions sessions, SessionFilter filter, String cursor) {
        return sessions.sessions().list(filter, cursor, LIMIT);
    }

    private static BenchmarkSessions open(Path folder) {
        return BenchmarkSessions.open(folder, Map.of(), SessionGenerator.clock());
    }

    private static List<Case> cases(BenchmarkSessions sessions) {
        List<Case> cases = new ArrayList<>();
        cases.add(new Case("all", Filters.all().build(), false));
        for (SessionStatus status : SessionStatus.values()) {
            boolean ended = status.isFinal();
            cases.add(new Case("status=" + status, Filters.all().status(status).build(), ended));
        }
        cases.add(new Case(
                "status=completed,failed",
                Filters.all()
                        .status(SessionStatus.COMPLETED, SessionStatus.FAILED)
                        .build(),
                false));
        cases.add(new Case("project", Filters.all().project("project-5").build(), false));
        cases.add(new Case("model", Filters.all().model("model-9").build(), false));
        cases.add(new Case(
                "model, status=completed",
                Filters.all().model("model-9").status(SessionStatus.COMPLETED).build(),
                false));
        cases.add(new Case(
                "project, model, technique",
                Filters.all()
                        .project("project-5")
                        .model("model-9")
                        .technique(Technique.PRUNING)
                        .build(),
                false));
        cases.add(
                new Case("technique", Filters.all().technique(Technique.PRUNING).build(), false));
        cases.add(new Case("verdict", Filters.all().verdict("not_met").build(), false));
        cases.add(new Case("owner", Filters.all().owner("owner-7").build(), false));
        cases.add(new Case(
                "error_category, parent=any",
                Filters.all().errorCategory("timeout").parent(Parent.ANY).build(),
                false));
        cases.add(new Case("tag, frequent", Filters.all().tag("team", "team-2").build(), false));
        cases.add(
                new Case("tag, rare", Filters.all().tag("release", "candidate").build(), false));
        cases.add(new Case("q, frequent", Filters.all().query("calibration").build(), false));
        cases.add(new Case("q, nowhere", Filters.all().query("zebra").build(), false));
        cases.add(new Case(
                "created_before, half a year ago",
                Filters.all()
                        .before(SessionGenerator.END.minus(Duration.ofDays(182)))
                        .build(),
                false));
        cases.add(new Case("parent=any", Filters.all().parent(Parent.ANY).build(), false));
        cases.add(new Case("parent=ID", Filters.all().parent(parentIn(sessions)).build(), false));
        for (String sort : List.of(
                "created_at", "-updated_at", "-duration", "metric:latency_ms", "-metric:accuracy", "metric:unknown")) {
            cases.add(new Case("sort=" + sort, Filters.all().sort(sort).build(), false));
        }
        cases.add(new Case(
                "status=completed, sort=-metric:accuracy",
                Filters.all()
                        .status(SessionStatus.COMPLETED)
                        .sort("-metric:accuracy")
                        .build(),
                false));
        cases.add(new Case(
                "project, sort=-duration",
                Filters.all().project("project-5").sort("-duration").build(),
                false));
        return cases;
    }

    /** A session that has children. */
    private static Parent parentIn(BenchmarkSessions sessions) {
        SessionFilter newest = Filters.all().parent(Parent.ANY).build();
        return sessions.sessions().list(newest, null, STRIDE).items().stream()
                .filter(session -> session.parentId() != null)
                .findFirst()
                .map(session -> new Parent(false, session.parentId()))
                .orElse(Parent.NONE);
    }
}
