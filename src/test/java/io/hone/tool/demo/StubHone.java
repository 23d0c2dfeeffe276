package io.hone.tool.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** As much of the server as the demo talks to, in memory, strict about what it is sent. */
final class StubHone implements AutoCloseable {

    /** One request as it arrived. */
    record Call(String method, String path, JsonNode body, Map<String, String> headers) {}

    /** An answer that is given instead of the usual one. */
    record Canned(int status, Map<String, String> headers, String body) {}

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> FINAL = List.of("completed", "failed", "cancelled");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Call> calls = new ArrayList<>();
    private final Map<String, ObjectNode> criteria = new LinkedHashMap<>();
    private final Map<String, ObjectNode> sessions = new LinkedHashMap<>();
    private final Map<String, List<String>> statuses = new LinkedHashMap<>();
    private final Map<String, List<JsonNode>> steps = new LinkedHashMap<>();
    private final ConcurrentLinkedQueue<Canned> canned = new ConcurrentLinkedQueue<>();
    private volatile Consumer<Call> watcher = call -> {};

    StubHone() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** The next request, whatever it is, gets this answer. */
    void answerNext(int status, Map<String, String> headers, String body) {
        canned.add(new Canned(status, headers, body));
    }

    /** Is told of every request before it is answered. */
    void watch(Consumer<Call> watcher) {
        this.watcher = watcher;
    }

    synchronized List<Call> calls() {
        return List.copyOf(calls);
    }

    synchronized Map<String, ObjectNode> criteria() {
        return Map.copyOf(criteria);
    }

    synchronized List<ObjectNode> sessions() {
        return List.copyOf(sessions.values());
    }

    synchronized ObjectNode session(String name) {
        return sessions.values().stream()
                .filter(session -> session.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no session " + name));
    }

    /** All statuses the session was set to, in order, repeated ones once. */
    synchronized List<String> statuses(JsonNode session) {
        return List.copyOf(statuses.get(session.path("id").asText()));
    }

    synchronized List<JsonNode> steps(JsonNode session) {
        return List.copyOf(steps.get(session.path("id").asText()));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] bytes = exchange.getRequestBody().readAllBytes();
            Map<String, String> headers = new LinkedHashMap<>();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
            Call call = new Call(
                    exchange.getRequestMethod(), exchange.getRequestURI().getPath(), JSON.readTree(bytes), headers);
            watcher.accept(call);
            Canned answer = canned.poll();
            if (answer == null) {
                answer = answer(call);
            }
            answer.headers().forEach(exchange.getResponseHeaders()::add);
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized Canned answer(Call call) {
        calls.add(call);
        String[] parts = call.path().split("/"); // "", api, v1, …
        String what = call.method() + " " + String.join("/", List.of(parts).subList(3, parts.length));
        if (what.startsWith("PUT config/criteria/")) {
            criteria.put(parts[5], (ObjectNode) call.body());
            return new Canned(200, Map.of(), call.body().toString());
        }
        if (what.equals("POST sessions")) {
            return created(call.body());
        }
        if (what.equals("POST providers")) {
            return problem(403, "Forbidden", "This takes the role admin");
        }
        String id = parts.length > 4 ? parts[4] : "";
        ObjectNode session = sessions.get(id);
        if (session == null) {
            return problem(404, "Not found", "no " + call.path());
        }
        if (what.endsWith("/verdict")) {
            return new Canned(200, Map.of(), verdict(session).toString());
        }
        if (FINAL.contains(session.path("status").asText())) {
            return problem(
                    409, "Conflict", "the session is " + session.path("status").asText());
        }
        if (what.endsWith("/status")) {
            return status(session, call.body());
        }
        if (what.startsWith("POST") && what.endsWith("/steps")) {
            return stored(session, call.body());
        }
        return problem(404, "Not found", "no " + call.path());
    }

    private Canned created(JsonNode body) {
        ObjectNode session = body.deepCopy();
        String id = UUID.randomUUID().toString();
        session.put("id", id)
                .put("status", "pending")
                .putNull("progress")
                .putNull("verdict")
                .putNull("error");
        if (body.has("criteria")) {
            if (!criteria.containsKey(body.path("criteria").asText())) {
                return problem(422, "Invalid input", "no such criteria");
            }
            session.putObject("criteria")
                    .put("name", body.path("criteria").asText())
                    .put("version", 1);
        }
        session.putObject("metrics");
        session.put("duration_ms", 1_000);
        sessions.put(id, session);
        statuses.put(id, new ArrayList<>(List.of("pending")));
        steps.put(id, new ArrayList<>());
        return new Canned(201, Map.of("Location", "/api/v1/sessions/" + id), session.toString());
    }

    private Canned status(ObjectNode session, JsonNode body) {
        String status = body.path("status").asText();
        List<String> past = statuses.get(session.path("id").asText());
        if (!past.get(past.size() - 1).equals(status)) {
            past.add(status);
        }
        session.put("status", status);
        if (body.has("progress")) {
            session.set("progress", body.get("progress"));
        }
        if (body.has("error")) {
            session.set("error", body.get("error"));
        }
        judge(session);
        return new Canned(200, Map.of(), session.toString());
    }

    private Canned stored(ObjectNode session, JsonNode batch) {
        for (JsonNode step : batch) {
            steps.get(session.path("id").asText()).add(step);
            step.path("metrics").properties().forEach(metric -> session.withObject("/metrics")
                    .putObject(metric.getKey())
                    .set("last", metric.getValue()));
        }
        judge(session);
        return new Canned(200, Map.of(), "{\"steps\":%d}".formatted(batch.size()));
    }

    private void judge(ObjectNode session) {
        if (session.hasNonNull("criteria")) {
            session.set("verdict", verdict(session).get("verdict"));
        }
    }

    private ObjectNode verdict(ObjectNode session) {
        ObjectNode verdict = JSON.createObjectNode();
        boolean all = true;
        for (JsonNode criterion :
                criteria.get(session.path("criteria").path("name").asText()).path("criteria")) {
            String metric = criterion.path("metric").asText();
            double bound = criterion.path("value").asDouble();
            if (criterion.path("relative_to").asText().equals("baseline")) {
                bound *= sessions.get(session.path("baseline").asText())
                        .path("metrics")
                        .path(metric)
                        .path("last")
                        .asDouble();
            }
            double actual = session.path("metrics").path(metric).path("last").asDouble(Double.NaN);
            boolean met = criterion.path("op").asText().equals(">=") ? actual >= bound : actual <= bound;
            boolean required = criterion.path("required").asBoolean(true);
            all &= met || !required;
            verdict.withArray("/results")
                    .addObject()
                    .put("metric", metric)
                    .put("op", criterion.path("op").asText())
                    .put("bound", bound)
                    .put("actual", actual)
                    .put("met", met)
                    .put("required", required);
        }
        return verdict.put("verdict", all ? "met" : "not_met");
    }

    static Canned problem(int status, String title, String detail) {
        ObjectNode body = JSON.createObjectNode();
        body.put("type", "about:blank")
                .put("title", title)
                .put("status", status)
                .put("detail", detail);
        return new Canned(status, Map.of("Content-Type", "application/problem+json"), body.toString());
    }
}
