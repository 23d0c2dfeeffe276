package io.hone.bench;

import io.hone.sessions.SessionGenerator;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What the filter chain costs: the packaged server against the same one whose {@code web.xml} maps no filter. Both check
 * the same token, since that is not the filters' work. Both run, one is asked at a time, in turn and in both orders. Latency is the difference of the medians at one connection;
 * throughput is what all connections get, on the processors that the client shares; processor time is the server's own.
 */
@Command(name = "filters", description = "The filter chain against the same server without it (REQ-4).")
final class FiltersBench extends Measurement {

    /** In turn, so that neither server's compiler works while the other is measured. */
    private static final int WARM_UP_PARTS = 4;

    @Option(names = "--rounds", description = "Rounds, each of both servers (${DEFAULT-VALUE}).")
    private int rounds = 8;

    @Option(names = "--seconds", description = "Time for each server in a round (${DEFAULT-VALUE}).")
    private double seconds = 1.5;

    // On two processors the compilers need that long: before, what is measured is the interpreter.
    @Option(names = "--warm-up", description = "Seconds for each server and path before (${DEFAULT-VALUE}).")
    private double warmUp = 30;

    @Option(names = "--connections", description = "Connections for throughput (${DEFAULT-VALUE}).")
    private int connections = 32;

    /** One server's figures, a round each. */
    private static final class Figures {
        private final List<Double> perSecond = new ArrayList<>();
        private final List<Double> processorUs = new ArrayList<>();
        private final List<Double> p50Ms = new ArrayList<>();
        private final List<Double> p99Ms = new ArrayList<>();
    }

    @Override
    void measure(Report report) throws Exception {
        Path folder = FOLDER.resolve("filters");
        SessionGenerator.delete(folder);
        Path unfilteredJar = UnfilteredJar.make(PackagedServer.JAR);
        progress("filters: starting two servers");
        try (PackagedServer with = PackagedServer.launch(PackagedServer.JAR, folder.resolve("with"));
                PackagedServer without = PackagedServer.launch(unfilteredJar, folder.resolve("without"))) {
            with.awaitReady();
            without.awaitReady();
            requireDifference(with, without);
            Table table = report.table(
                    "filter chain",
                    "path",
                    "filters",
                    "requests/s",
                    "server us/request",
                    "p50 ms, 1 connection",
                    "p99 ms, 1 connection");
            measure(report, table, "/api/v1/about", with, without, "/api/v1/about", "/api/v1/about");
            measure(
                    report,
                    table,
                    "/api/v1/sessions/{id}",
                    with,
                    without,
                    "/api/v1/sessions/" + with.process().createSession("bench"),
                    "/api/v1/sessions/" + without.process().createSession("bench"));
        }
        SessionGenerator.delete(folder);
        report.note(
                "requests/s at %d connections; server us/request is processor time of the server alone", connections);
    }

    private void measure(
            Report report,
            Table table,
            String path,
            PackagedServer with,
            PackagedServer without,
            String pathWith,
            String pathWithout)
            throws Exception {
        progress("filters: %s", path);
        Figures figuresWith = new Figures();
        Figures figuresWithout = new Figures();
        ByteBuffer getWith = with.requests().get(pathWith);
        ByteBuffer getWithout = without.requests().get(pathWithout);
        for (int part = 0; part < WARM_UP_PARTS; part++) {
            load(with.address(), connections, seconds(warmUp / WARM_UP_PARTS), getWith);
            load(without.address(), connections, seconds(warmUp / WARM_UP_PARTS), getWithout);
        }
        for (int round = 0; round < rounds; round++) {
            if (round % 2 == 0) {
                round(with, getWith, figuresWith);
                round(without, getWithout, figuresWithout);
            } else {
                round(without, getWithout, figuresWithout);
                round(with, getWith, figuresWith);
            }
        }
        addRow(table, path, "with", figuresWith);
        addRow(table, path, "without", figuresWithout);
        report.atMost(0.05, path + ": added ms at the median", difference(figuresWith.p50Ms, figuresWithout.p50Ms));
        report.atMost(
                0.05,
                path + ": share of throughput lost",
                1 - Alternation.medianRatio(figuresWith.perSecond, figuresWithout.perSecond));
    }

    private void round(PackagedServer server, ByteBuffer request, Figures figures) throws Exception {
        Duration before = server.processorTime();
        Load many = load(server.address(), connections, seconds(seconds), request);
        figures.perSecond.add(many.perSecond());
        figures.processorUs.add(server.processorTime().minus(before).toNanos() / 1e3 / many.requests());
        Load one = load(server.address(), 1, seconds(seconds), request);
        figures.p50Ms.add(one.ms(50));
        figures.p99Ms.add(one.ms(99));
    }

    private static Load load(InetSocketAddress server, int connections, Duration time, ByteBuffer request)
            throws Exception {
        try (LoadClient client = LoadClient.connect(server, connections)) {
            return client.run(time, 200, LoadClient.always(request)).withoutErrors("GET");
        }
    }

    private static void addRow(Table table, String path, String filters, Figures figures) {
        table.row(
                path,
                filters,
                Alternation.median(figures.perSecond),
                Alternation.median(figures.processorUs),
                Alternation.median(figures.p50Ms),
                Alternation.median(figures.p99Ms));
    }

    /** Median over the rounds of what one has more than the other. */
    private static double difference(List<Double> with, List<Double> without) {
        List<Double> differences = new ArrayList<>();
        for (int i = 0; i < with.size(); i++) {
            differences.add(with.get(i) - without.get(i));
        }
        return Alternation.median(differences);
    }

    /** Only the filtered server sends a request id: proof that the two differ in what they should. */
    private static void requireDifference(PackagedServer with, PackagedServer without) throws Exception {
        for (Map.Entry<PackagedServer, Boolean> server :
                Map.of(with, true, without, false).entrySet()) {
            boolean filtered = server.getKey()
                    .process()
                    .get("/api/v1/about")
                    .headers()
                    .firstValue("X-Request-ID")
                    .isPresent();
            if (filtered != server.getValue()) {
                throw new IllegalStateException("The servers do not differ by their filters");
            }
        }
    }
}
