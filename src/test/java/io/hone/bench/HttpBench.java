package io.hone.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.hone.http.Json;
import io.hone.sessions.SessionGenerator;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The main work over HTTP, beside MLflow's figures for the same work: reads with 10,000 sessions stored, then batches of
 * steps, then sessions created, each on 16 connections after a warm-up; then kept statistics against a bare servlet. MLflow was measured on a machine of two
 * processors with the client on it; only on one like it is the factor more than a hint.
 */
@Command(name = "http", description = "The main work over HTTP, beside MLflow's figures.")
final class HttpBench extends Measurement {

    private static final String SESSIONS = "/api/v1/sessions";
    private static final List<String> METRICS = List.of("loss", "accuracy", "latency_ms", "bytes");
    private static final String STATISTICS = "/api/v1/dashboard/stats";
    private static final int BARE_CLIENTS = 32;
    private static final int BARE_WARM_UPS = 5;
    private static final int BARE_ROUNDS = 6;
    private static final int STEPS = 25;
    private static final String NEW_SESSION = """
            {"name": "resnet50 int8", "project": "bench", "model": "resnet50", "technique": "quantization",
             "params": {"bits": 8, "scheme": "symmetric"}, "tags": {"team": "edge"}}""";

    @Option(
            names = "--url",
            description = "A running server, in which sessions are then created; without it one of its own is started.")
    private URI url;

    @Option(names = "--key", description = "Key of the role reporter for a running server (HONE_KEY).")
    private String key = System.getenv("HONE_KEY");

    @Option(names = "--stored", description = "Sessions stored in a server of its own (${DEFAULT-VALUE}).")
    private int stored = 10_000;

    @Option(
            names = "--only-bare",
            description = "Only the response cache against a bare servlet, in servers of its own.")
    private boolean onlyBare;

    @Option(names = "--rounds", description = "Rounds for the median (${DEFAULT-VALUE}).")
    private int rounds = 3;

    @Option(names = "--seconds", description = "Time for each work in a round (${DEFAULT-VALUE}).")
    private double seconds = 4;

    @Option(names = "--clients", description = "Connections (${DEFAULT-VALUE}).")
    private int clients = 16;

    /**
     * One kind of work.
     *
     * @param peer MLflow's figure for it, a second; 0 where it has none
     * @param target factor over the peer that is wanted
     */
    private record Work(
            String name,
            int connections,
            int expected,
            double unit,
            double peer,
            double target,
            LoadClient.Requests requests) {}

    @Override
    void measure(Report report) throws Exception {
        if (onlyBare) {
            overBareServlet(report);
            return;
        }
        if (url != null) {
            if (key == null) {
                throw new IllegalArgumentException("--url takes a --key: ./hone key --role reporter makes one");
            }
            measure(report, new InetSocketAddress(url.getHost(), url.getPort() < 0 ? 80 : url.getPort()), key);
            return;
        }
        Path folder = FOLDER.resolve("http");
        SessionGenerator.delete(folder);
        SessionGenerator.copy(GenerateBench.data(stored), folder);
        progress("http: starting a server with %,d sessions", stored);
        try (PackagedServer server = PackagedServer.launch(PackagedServer.JAR, folder)) {
            server.awaitReady();
            measure(report, server.address(), server.process().operatorToken());
        }
        SessionGenerator.delete(folder);
        overBareServlet(report);
        report.note("%,d sessions stored before the sessions that were created here", stored);
    }

    /**
     * Kept statistics against a servlet with the same bytes in the same server without our filters: what the container
     * leaves of a request. Both run, one is asked at a time, in turn and in both orders.
     */
    private void overBareServlet(Report report) throws Exception {
        Path folder = FOLDER.resolve("bare");
        SessionGenerator.delete(folder);
        progress("http: starting two servers, one with a bare servlet");
        Path bareJar = UnfilteredJar.make(PackagedServer.JAR, StoredBytesServlet.class);
        try (PackagedServer hone = PackagedServer.launch(PackagedServer.JAR, folder.resolve("hone"));
                PackagedServer bare = PackagedServer.launch(bareJar, folder.resolve("bare"))) {
            hone.awaitReady();
            bare.awaitReady();
            for (int i = 0; i < 50; i++) {
                hone.process().createSession("bench " + i);
            }
            // Kept as long as it takes: what is measured is the hit.
            hone.process()
                    .send(
                            "PUT",
                            "/api/v1/config/cache-rules",
                            Map.of(
                                    "rules",
                                    List.of(Map.of(
                                            "pattern",
                                            STATISTICS,
                                            "ttl_seconds",
                                            86_400,
                                            "cache_authenticated",
                                            "shared"))));
            String bytes = hone.process().get(STATISTICS).body();
            HttpResponse<String> stored = bare.process().send("POST", StoredBytesServlet.PATH, bytes);
            String back = bare.process().get(StoredBytesServlet.PATH).body();
            if (stored.statusCode() != 200 || !back.equals(bytes)) {
                throw new IOException("The bare servlet answers something else: " + stored.statusCode());
            }
            ByteBuffer ofHone = hone.requests().get(STATISTICS);
            ByteBuffer ofBare = bare.requests().get(StoredBytesServlet.PATH);
            List<Double> kept = new ArrayList<>();
            List<Double> floor = new ArrayList<>();
            for (int part = 0; part < BARE_WARM_UPS; part++) {
                perSecond(hone, ofHone);
                perSecond(bare, ofBare);
            }
            for (int round = 0; round < BARE_ROUNDS; round++) {
                if (round % 2 == 0) {
                    kept.add(perSecond(hone, ofHone));
                    floor.add(perSecond(bare, ofBare));
                } else {
                    floor.add(perSecond(bare, ofBare));
                    kept.add(perSecond(hone, ofHone));
                }
            }
            Table table = report.table(
                    "statistics of %,d bytes, %d connections".formatted(bytes.length(), BARE_CLIENTS),
                    "answered by",
                    "a second");
            table.row("the response cache", Alternation.median(kept));
            table.row("a bare servlet", Alternation.median(floor));
            report.atLeast(0.8, "kept statistics to a bare servlet", Alternation.medianRatio(kept, floor));
        }
        SessionGenerator.delete(folder);
    }

    private double perSecond(PackagedServer server, ByteBuffer request) throws Exception {
        try (LoadClient client = LoadClient.connect(server.address(), BARE_CLIENTS)) {
            return client.run(seconds(seconds), 200, LoadClient.always(request))
                    .withoutErrors("GET")
                    .perSecond();
        }
    }

    private void measure(Report report, InetSocketAddress server, String credential) throws Exception {
        Table table = report.table(
                "over HTTP, %d connections unless said".formatted(clients),
                "work",
                "a second",
                "p50 ms",
                "p99 ms",
                "MLflow a second",
                "factor",
                "wanted");
        for (Work work : works(server, credential)) {
            progress("http: %s", work.name());
            measure(report, table, server, work);
        }
    }

    private void measure(Report report, Table table, InetSocketAddress server, Work work) throws Exception {
        List<Double> perSecond = new ArrayList<>();
        List<Double> p50 = new ArrayList<>();
        List<Double> p99 = new ArrayList<>();
        try (LoadClient client = LoadClient.connect(server, work.connections())) {
            client.run(seconds(seconds), work.expected(), work.requests()).withoutErrors(work.name());
            for (int round = 0; round < rounds; round++) {
                Load load = client.run(seconds(seconds), work.expected(), work.requests())
                        .withoutErrors(work.name());
                perSecond.add(load.perSecond() * work.unit());
                p50.add(load.ms(50));
                p99.add(load.ms(99));
            }
        }
        double rate = Alternation.median(perSecond);
        boolean compared = work.peer() > 0;
        table.row(
                work.name(),
                rate,
                Alternation.median(p50),
                Alternation.median(p99),
                compared ? (Double) work.peer() : null,
                compared ? (Double) (rate / work.peer()) : null,
                compared ? (Double) work.target() : null);
        if (compared) {
            report.atLeast(work.target(), work.name() + ": factor over MLflow", rate / work.peer());
        }
        if (work.expected() == 201) {
            report.atMost(50, work.name() + ": p99 ms", Alternation.median(p99));
        }
    }

    private List<Work> works(InetSocketAddress server, String credential) throws IOException, InterruptedException {
        HttpRequests requests = new HttpRequests(credential);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            ids.add(create(server, credential));
        }
        String list = SESSIONS + "?status=completed&limit=50";
        ByteBuffer listing = requests.get(list);
        List<Work> works = new ArrayList<>();
        works.add(new Work("read one session", clients, 200, 1, 321, 30, readers(requests, ids)));
        works.add(new Work("list 50 by status", clients, 200, 1, 42, 100, LoadClient.always(listing)));
        works.add(new Work("list 50 by status, 1 connection", 1, 200, 1, 0, 0, LoadClient.always(listing)));
        works.add(new Work(
                "dashboard, cached",
                clients,
                200,
                1,
                0,
                0,
                LoadClient.always(requests.get("/api/v1/dashboard/stats?window=24h"))));
        works.add(new Work(
                "values in batches of 100",
                clients,
                200,
                (double) STEPS * METRICS.size(),
                9_000,
                20,
                recorders(requests, ids)));
        works.add(new Work(
                "create a session", clients, 201, 1, 168, 20, LoadClient.always(requests.post(SESSIONS, NEW_SESSION))));
        return works;
    }

    private static LoadClient.Requests readers(HttpRequests requests, List<String> ids) {
        List<ByteBuffer> each =
                ids.stream().map(id -> requests.get(SESSIONS + "/" + id)).toList();
        return connection -> each.get(connection).duplicate();
    }

    /** Each connection reports to a session of its own, step after step. */
    private static LoadClient.Requests recorders(HttpRequests requests, List<String> ids) {
        long[] next = new long[ids.size()];
        return connection -> {
            StringBuilder json = new StringBuilder(STEPS * 96).append('[');
            for (int i = 0; i < STEPS; i++) {
                long step = next[connection]++;
                json.append(i == 0 ? "" : ",").append("{\"step\":").append(step).append(",\"metrics\":{");
                for (int m = 0; m < METRICS.size(); m++) {
                    // Varied, and cheap to write: the client shares the processors with the server.
                    long digits = 100_000 + (step * 7_919 + m * 104_729L) % 900_000;
                    json.append(m == 0 ? "\"" : ",\"")
                            .append(METRICS.get(m))
                            .append("\":0.")
                            .append(digits);
                }
                json.append("}}");
            }
            return requests.post(
                    SESSIONS + "/" + ids.get(connection) + "/steps",
                    json.append(']').toString());
        };
    }

    private static String create(InetSocketAddress server, String credential) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://%s:%d%s".formatted(server.getHostString(), server.getPort(), SESSIONS)))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + credential)
                .POST(HttpRequest.BodyPublishers.ofString(NEW_SESSION))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        JsonNode session = Json.MAPPER.readTree(answer.body());
        if (answer.statusCode() != 201) {
            throw new IOException("Cannot create a session: " + answer.statusCode() + " " + answer.body());
        }
        return session.get("id").asText();
    }
}
