package io.hone.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.hone.http.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A provider on this machine that does what a test tells it to. */
public final class StubProvider implements AutoCloseable {

    /** What it was asked. */
    public record Asked(String method, String uri, Map<String, String> fields, String body) {}

    /** How it answers one path. */
    public interface Behaviour {
        void answer(HttpExchange exchange, Asked asked) throws IOException, InterruptedException;
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Behaviour> behaviours = new ConcurrentHashMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final List<Asked> probed = new CopyOnWriteArrayList<>();

    public StubProvider() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_024);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** Its address, without a slash at the end. */
    public String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Answers that path so from now on; others get what was asked, as JSON. */
    public void on(String path, Behaviour behaviour) {
        behaviours.put(path, behaviour);
    }

    /** What it was asked to see how it is. */
    public List<Asked> probed() {
        return List.copyOf(probed);
    }

    /** What it was asked so far, but for that. */
    public List<Asked> asked() {
        return List.copyOf(asked);
    }

    /** Sends a whole answer. */
    public static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Map<String, String> fields = new TreeMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> fields.put(name.toLowerCase(Locale.ROOT), String.join(", ", values)));
        Asked one =
                new Asked(exchange.getRequestMethod(), exchange.getRequestURI().toString(), fields, body);
        (fields.getOrDefault("user-agent", "").startsWith("Hone-Probe") ? probed : asked).add(one);
        try (exchange) {
            behaviours
                    .getOrDefault(exchange.getRequestURI().getPath(), StubProvider::echo)
                    .answer(exchange, one);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void echo(HttpExchange exchange, Asked asked) throws IOException {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("method", asked.method());
        told.put("uri", asked.uri());
        told.put("fields", asked.fields());
        told.put("body", asked.body());
        boolean head = asked.method().equals("HEAD");
        exchange.getResponseHeaders().set("X-Provider", "stub");
        exchange.getResponseHeaders().add("Set-Cookie", "provider=1");
        exchange.getResponseHeaders().add("Content-Security-Policy", "default-src *");
        exchange.getResponseHeaders().add("Access-Control-Allow-Origin", "*");
        if (head) {
            exchange.sendResponseHeaders(200, -1);
        } else {
            send(exchange, 200, "application/json", Json.write(told));
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
