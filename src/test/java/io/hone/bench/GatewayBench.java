package io.hone.bench;

import io.hone.process.ServerProcess;
import io.hone.sessions.SessionGenerator;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Calls to a provider that answers at once: directly and through the gateway, in turn; answers from its cache; the first part
 * of a stream; many streams at once; beside Portkey's gateway and Varnish where {@code bench.sh} could fetch them.
 */
@Command(name = "gateway", description = "Calls through the gateway, beside direct ones, Portkey's and Varnish's.")
final class GatewayBench extends Measurement {

    private static final Path PEERS = FOLDER.resolve("peers");
    private static final String PATH = "/chat/completions";
    private static final String PROVIDER = "bench";
    private static final int MANY = 32;

    /**
     * Portkey's published package has no cache; a build of it with one answered 2,240 calls a second where it passed 1,460
     * through, and a factor of 15 is wanted over that.
     */
    private static final double OVER_PORTKEY_KEPT = 15 * 2_240.0 / 1_460;

    /** Calls a minute, far more than any machine makes. */
    private static final int LIMIT = 100_000_000;

    /** Quiet is who uses a tenth of a processor for this long. */
    private static final long QUIET_MS = 200;

    private static final long QUIET_SHARE = 10;
    private static final double LONGEST_REST_SECONDS = 20;
    private static final double BYTES_OF_MB = 1e6;
    private static final long ATTACH_SECONDS = 60;

    /** Chance has a part in it, so it is never kept. */
    private static final String PASSING = """
            {"model":"bench","temperature":1,"max_tokens":100,"messages":[{"role":"user","content":"%s"}]}""".formatted("A question of usual length. ".repeat(4));

    private static final String REPEATED = PASSING.replace("\"temperature\":1", "\"temperature\":0");
    private static final String STREAMED = PASSING.replace("\"max_tokens\"", "\"stream\":true,\"max_tokens\"");

    @Option(names = "--rounds", description = "Rounds for the median (${DEFAULT-VALUE}).")
    private int rounds = 5;

    @Option(names = "--seconds", description = "Time for each work in a round (${DEFAULT-VALUE}).")
    private double seconds = 2;

    @Option(names = "--warm-up", description = "Time for each work before (${DEFAULT-VALUE}).")
    private double warmUp = 6;

    @Option(names = "--chunks", description = "Streams one after the other (${DEFAULT-VALUE}).")
    private int chunks = 1_000;

    @Option(names = "--streams", description = "Streams at once (${DEFAULT-VALUE}).")
    private int streams = 1_000;

    /** One way of asking, and what came of it in each round. */
    private record Way(
            String name,
            InetSocketAddress server,
            ByteBuffer request,
            int clients,
            List<Double> perSecond,
            List<Double> p50,
            List<Double> p99) {

        Way(String name, InetSocketAddress server, ByteBuffer request, int clients) {
            this(name, server, request, clients, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }

        Load run(double seconds) throws IOException {
            try (LoadClient client = LoadClient.connect(server, clients)) {
                return client.run(Measurement.seconds(seconds), 200, LoadClient.always(request))
                        .withoutErrors(name);
            }
        }

        double rate() {
            return Alternation.median(perSecond);
        }
    }

    @Override
    void measure(Report report) throws Exception {
        Path folder = FOLDER.resolve("gateway");
        SessionGenerator.delete(folder);
        Files.createDirectories(folder);
        progress("gateway: starting a server");
        try (BenchProvider provider = new BenchProvider();
                PackagedServer hone = PackagedServer.launch(PackagedServer.JAR, folder.resolve("data"))) {
            hone.awaitReady();
            provide(hone.process(), provider);
            measureCalls(report, folder, provider, hone);
            measureFirstParts(report, provider, hone);
            measureOpenStreams(report, provider, hone);
        }
        SessionGenerator.delete(folder);
    }

    private static void provide(ServerProcess hone, BenchProvider provider) throws Exception {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("name", PROVIDER);
        body.put("kind", "openai");
        body.put("base_url", provider.address() + "/v1");
        body.put("allow_private", true);
        body.put("prices", Map.of("bench", Map.of("input_usd_per_million", "2", "output_usd_per_million", "10")));
        HttpResponse<String> made = hone.send("POST", "/api/v1/providers", body);
        if (made.statusCode() != 201) {
            throw new IOException("Cannot create the provider: " + made.body());
        }
        // Who measures asks more often than anybody would.
        HttpResponse<String> limit =
                hone.send("PUT", "/api/v1/config/settings/hone.limit.gateway-per-minute", Map.of("value", LIMIT));
        if (limit.statusCode() != 200) {
            throw new IOException("Cannot lift the limit: " + limit.body());
        }
    }

    private void measureCalls(Report report, Path folder, BenchProvider provider, PackagedServer hone)
            throws Exception {
        GatewayPeer portkey = null;
        GatewayPeer varnish = null;
        try {
            portkey = startPortkey(report, folder);
            varnish = startVarnish(report, folder, provider);
            HttpRequests plain = new HttpRequests("none");
            InetSocketAddress direct = new InetSocketAddress("127.0.0.1", provider.port());
            ByteBuffer toProvider = plain.post("/v1" + PATH, PASSING);
            ByteBuffer toHone = hone.requests().post("/gateway/" + PROVIDER + PATH, PASSING);
            Way directOne = new Way("direct", direct, toProvider, 1);
            Way honeOne = new Way("through Hone", hone.address(), toHone, 1);
            Way directMany = new Way("direct", direct, toProvider, MANY);
            Way honeMany = new Way("through Hone", hone.address(), toHone, MANY);
            Way keptOne = new Way(
                    "kept by Hone", hone.address(), hone.requests().post("/gateway/" + PROVIDER + PATH, REPEATED), 1);
            Way keptMany = new Way("kept by Hone", hone.address(), keptOne.request(), MANY);
            List<Way> ways = new ArrayList<>(List.of(directOne, honeOne, directMany, honeMany, keptOne, keptMany));
            Way portkeyMany = null;
            if (portkey != null) {
                ByteBuffer toPortkey = plain.with("x-portkey-provider", "openai")
                        .with("x-portkey-custom-host", provider.address() + "/v1")
                        .post("/v1" + PATH, PASSING);
                ways.add(new Way("through Portkey", portkey.address(), toPortkey, 1));
                portkeyMany = new Way("through Portkey", portkey.address(), toPortkey, MANY);
                ways.add(portkeyMany);
            }
            Way varnishMany = null;
            if (varnish != null) {
                varnishMany = new Way("kept by Varnish", varnish.address(), plain.post("/v1" + PATH, REPEATED), MANY);
                ways.add(varnishMany);
            }
            List<Double> left = run(ways, provider, hone);
            Table table = report.table("calls", "way", "clients", "a second", "p50 ms", "p99 ms");
            for (Way way : ways) {
                table.row(
                        way.name(),
                        way.clients(),
                        way.rate(),
                        Alternation.median(way.p50()),
                        Alternation.median(way.p99()));
            }
            report.atMost(
                    1,
                    "passing through, 1 client: added ms at the median",
                    Alternation.median(honeOne.p50()) - Alternation.median(directOne.p50()));
            report.note(
                    "after passing calls of %d clients through for %s s, writing them down took another %s s",
                    MANY, Table.text(seconds), Table.text(Alternation.median(left)));
            if (portkeyMany != null) {
                report.atLeast(
                        8,
                        "passing through, %d clients: to Portkey".formatted(MANY),
                        Alternation.medianRatio(honeMany.perSecond(), portkeyMany.perSecond()));
                report.atLeast(
                        OVER_PORTKEY_KEPT,
                        "kept, %d clients: to Portkey passing through".formatted(MANY),
                        Alternation.medianRatio(keptMany.perSecond(), portkeyMany.perSecond()));
                report.note(
                        "Portkey's package has no cache: 15 × the answers of a build with one, 1.53 × those it passes"
                                + " through, is %s × the latter",
                        Table.text(OVER_PORTKEY_KEPT));
            }
            if (varnishMany != null) {
                report.atLeast(
                        0.6,
                        "kept, %d clients: to Varnish".formatted(MANY),
                        Alternation.medianRatio(keptMany.perSecond(), varnishMany.perSecond()));
            }
        } finally {
            if (portkey != null) {
                portkey.close();
            }
            if (varnish != null) {
                varnish.close();
            }
        }
    }

    /** Returns the seconds that the gateway still worked after each time that it passed calls through. */
    private List<Double> run(List<Way> ways, BenchProvider provider, PackagedServer hone) throws Exception {
        for (Way way : ways) {
            progress("gateway: warming up, %s, %d clients", way.name(), way.clients());
            way.run(warmUp);
        }
        awaitQuiet(hone);
        List<Double> left = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            progress("gateway: round %d of %d", round + 1, rounds);
            for (int i = 0; i < ways.size(); i++) {
                Way way = ways.get(round % 2 == 0 ? i : ways.size() - 1 - i);
                long before = provider.asked();
                Load load = way.run(seconds);
                long asked = provider.asked() - before;
                boolean kept = way.name().startsWith("kept");
                if (kept ? asked > 0 : asked != load.requests()) {
                    throw new IllegalStateException(
                            "%s: %d answers, %d of the provider".formatted(way.name(), load.requests(), asked));
                }
                way.perSecond().add(load.perSecond());
                way.p50().add(load.ms(50));
                way.p99().add(load.ms(99));
                if (way.clients() == MANY && way.name().equals("through Hone")) {
                    left.add(awaitQuiet(hone));
                }
            }
        }
        return left;
    }

    /** Calls are written down after they were answered: what is measured next is not to be disturbed by that. */
    private static double awaitQuiet(PackagedServer hone) throws InterruptedException {
        long start = System.nanoTime();
        Duration busy = hone.processorTime();
        for (double waited = 0; waited < LONGEST_REST_SECONDS; waited = (System.nanoTime() - start) / 1e9) {
            Thread.sleep(QUIET_MS);
            Duration now = hone.processorTime();
            if (now.minus(busy).toMillis() <= QUIET_MS / QUIET_SHARE) {
                return waited;
            }
            busy = now;
        }
        return LONGEST_REST_SECONDS;
    }

    private static GatewayPeer startPortkey(Report report, Path folder) throws InterruptedException {
        Path installed = PEERS.resolve("portkey");
        if (!Files.isDirectory(installed)) {
            report.note("Portkey's gateway is not here: measured without it");
            return null;
        }
        try {
            return GatewayPeer.portkey(installed, folder.resolve("portkey.log"));
        } catch (IOException e) {
            report.note("Portkey's gateway is left out: %s", e.getMessage());
            return null;
        }
    }

    private static GatewayPeer startVarnish(Report report, Path folder, BenchProvider provider)
            throws InterruptedException {
        Path installed = PEERS.resolve("varnish");
        if (!Files.isDirectory(installed)) {
            report.note("Varnish is not here: measured without it");
            return null;
        }
        try {
            return GatewayPeer.varnish(installed, folder, provider.port(), folder.resolve("varnish.log"));
        } catch (IOException e) {
            report.note("Varnish is left out: %s", e.getMessage());
            return null;
        }
    }

    /** From the provider's write to the client's read of the first event, in turn directly and through the gateway. */
    private void measureFirstParts(Report report, BenchProvider provider, PackagedServer hone) throws Exception {
        progress("gateway: first parts of streams");
        Histogram direct = new Histogram(3);
        Histogram through = new Histogram(3);
        ByteBuffer toProvider = new HttpRequests("none").post("/v1" + PATH, STREAMED);
        ByteBuffer toHone = hone.requests().post("/gateway/" + PROVIDER + PATH, STREAMED);
        try (StreamClient one = new StreamClient(new InetSocketAddress("127.0.0.1", provider.port()));
                StreamClient other = new StreamClient(hone.address())) {
            for (int i = -chunks; i < chunks; i++) {
                long directNanos = first(one, toProvider);
                long throughNanos = first(other, toHone);
                if (i >= 0) {
                    direct.recordValue(directNanos);
                    through.recordValue(throughNanos);
                }
            }
        }
        Table table = report.table("first part of a stream, from write to read", "way", "p50 ms", "p99 ms");
        table.row("direct", direct.getValueAtPercentile(50) / 1e6, direct.getValueAtPercentile(99) / 1e6);
        table.row("through Hone", through.getValueAtPercentile(50) / 1e6, through.getValueAtPercentile(99) / 1e6);
        report.atMost(
                1, "first part of a stream: ms from write to read, median", through.getValueAtPercentile(50) / 1e6);
    }

    private static long first(StreamClient client, ByteBuffer request) throws IOException {
        client.ask(request);
        long nanos = client.first();
        client.end();
        return nanos;
    }

    private void measureOpenStreams(Report report, BenchProvider provider, PackagedServer hone) throws Exception {
        progress("gateway: %d streams at once", streams);
        ByteBuffer request = hone.requests().post("/gateway/" + PROVIDER + "/held" + PATH, STREAMED);
        List<StreamClient> clients = new ArrayList<>();
        long before = heapBytes(hone.process());
        try {
            for (int i = 0; i < streams; i++) {
                StreamClient client = new StreamClient(hone.address());
                clients.add(client);
                client.ask(request);
            }
            for (StreamClient client : clients) {
                client.first();
            }
            long during = heapBytes(hone.process());
            provider.release();
            for (StreamClient client : clients) {
                client.end();
            }
            long after = heapBytes(hone.process());
            Table table = report.table("%d open streams".formatted(streams), "when", "heap in use, MB");
            table.row("before", before / BYTES_OF_MB);
            table.row("while all are open", during / BYTES_OF_MB);
            table.row("after", after / BYTES_OF_MB);
            report.atMost(300, "%d open streams: more heap, MB".formatted(streams), (during - before) / BYTES_OF_MB);
        } finally {
            for (StreamClient client : clients) {
                client.close();
            }
        }
    }

    /** What is reachable in the server's heap: what it says is in use after a full collection. */
    private static long heapBytes(ServerProcess server) throws IOException, InterruptedException {
        Process collect = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(server.process().pid()),
                        "GC.run")
                .redirectErrorStream(true)
                .start();
        String said = new String(collect.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!collect.waitFor(ATTACH_SECONDS, TimeUnit.SECONDS) || collect.exitValue() != 0) {
            throw new IOException("jcmd cannot collect the server's garbage: " + said);
        }
        return server.get("/metrics", "Cache-Control", "no-cache")
                .body()
                .lines()
                .filter(line -> line.startsWith("jvm_memory_used_bytes{") && line.contains("area=\"heap\""))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
