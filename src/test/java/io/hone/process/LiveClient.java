package io.hone.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hone.http.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A live connection; every message that comes is held against {@code openapi.yaml}. */
final class LiveClient implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final ApiDocument DOCUMENT = ApiDocument.read();

    private final BlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>();
    private final List<String> invalid = new ArrayList<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final boolean reading;
    private WebSocket socket;

    private LiveClient(boolean reading) {
        this.reading = reading;
    }

    /** A client with the operator's token that has read its hello. */
    static LiveClient connect(ServerProcess server) throws Exception {
        return connect(server, server.operatorToken());
    }

    /** A client with that token or key that has read its hello. */
    static LiveClient connect(ServerProcess server, String credential) throws Exception {
        LiveClient client = open(server, credential, true);
        client.await("hello");
        return client;
    }

    /** A client that reads nothing until {@link #readOn}. */
    static LiveClient connectSlow(ServerProcess server) throws Exception {
        return open(server, server.operatorToken(), false);
    }

    /** As browsers do it: they cannot set a header field of a WebSocket, only its subprotocols. */
    private static LiveClient open(ServerProcess server, String credential, boolean reading) throws Exception {
        LiveClient client = new LiveClient(reading);
        client.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .connectTimeout(PATIENCE)
                .subprotocols("hone", "bearer." + credential)
                .buildAsync(
                        URI.create(server.address().replace("http:", "ws:") + "/api/v1/live"), client.new Listener())
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return client;
    }

    void send(Map<String, ?> message) throws Exception {
        sendText(Json.write(message));
    }

    void sendText(String text) throws Exception {
        socket.sendText(text, true).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    JsonNode subscribe(String... topics) throws Exception {
        send(Map.of("type", "subscribe", "topics", List.of(topics)));
        return await("subscribed");
    }

    JsonNode resume(long lastSeq, String... topics) throws Exception {
        send(Map.of("type", "subscribe", "topics", List.of(topics), "last_seq", lastSeq));
        return await("subscribed");
    }

    void readOn() {
        socket.request(Long.MAX_VALUE);
    }

    /** The next message of that type; others before it are passed over. */
    JsonNode await(String type) throws InterruptedException {
        return await(message -> message.get("type").asText().equals(type), type);
    }

    /** The next event of that name. */
    JsonNode awaitEvent(String event) throws InterruptedException {
        return await(message -> message.path("event").asText().equals(event), event);
    }

    JsonNode await(Predicate<JsonNode> wanted, String what) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            JsonNode message = messages.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (message == null) {
                throw new AssertionError("No %s came; closed: %s".formatted(what, closed.getNow(null)));
            }
            assertThat(invalid).isEmpty();
            if (wanted.test(message)) {
                return message;
            }
        }
    }

    /** Everything that has come and was not asked for. */
    List<JsonNode> pending() {
        List<JsonNode> pending = new ArrayList<>();
        messages.drainTo(pending);
        return pending;
    }

    int awaitClose() throws Exception {
        return closed.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    void close(int code) throws Exception {
        socket.sendClose(code, "").get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    void abort() {
        socket.abort();
    }

    WebSocket socket() {
        return socket;
    }

    @Override
    public void close() {
        socket.abort();
    }

    private void take(String text) {
        try {
            JsonNode message = Json.MAPPER.readTree(text);
            invalid.addAll(DOCUMENT.check(DOCUMENT.schema("LiveMessage"), message));
            if (message.path("event").asText().matches("session\\.(created|changed)")) {
                invalid.addAll(DOCUMENT.check(DOCUMENT.schema("Session"), message.get("data")));
            }
            messages.add(message);
        } catch (IOException e) {
            invalid.add("no JSON: " + text);
        }
    }

    private final class Listener implements WebSocket.Listener {

        private final StringBuilder parts = new StringBuilder();

        @Override
        public void onOpen(WebSocket webSocket) {
            if (reading) {
                webSocket.request(Long.MAX_VALUE);
            }
        }

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            parts.append(data);
            if (last) {
                take(parts.toString());
                parts.setLength(0);
            }
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
            closed.complete(statusCode);
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            closed.completeExceptionally(error);
        }
    }
}
