package io.hone.tool.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A stub of an AI provider on this machine: OpenAI's chat completions, without a model behind them. It answers from what the
 * prompt says and nothing else, the same each time: with the label of the example in the prompt that shares most words with
 * the message, so that better prompts do get better answers. Lasts until it is closed. Thread-safe.
 */
final class PromptStub implements AutoCloseable {

    static final String MODEL = "nearest-example-stub";

    /** What a prompt has to say for the bare label to come back; else it comes in a sentence. */
    static final String ONE_WORD = "Answer with one word.";

    /** Begins the line that names the labels, separated by commas. */
    static final String LABELS = "Labels: ";

    private static final Pattern EXAMPLE = Pattern.compile("^\"(.*)\" -> (\\w+)$", Pattern.MULTILINE);
    private static final Pattern LISTED = Pattern.compile("^" + LABELS + "(\\w+)", Pattern.MULTILINE);
    private static final Pattern NO_WORD = Pattern.compile("[^a-z0-9]+");

    /** As tokenizers of models need for English. */
    private static final int CHARACTERS_OF_TOKEN = 4;

    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** @throws IOException if this machine gives it no port */
    PromptStub() throws IOException {
        // Head and body of an answer are written apart; else the second would wait 40 ms for the first to be
        // acknowledged.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** The base address of its interface. */
    String address() {
        return "http://127.0.0.1:%d/v1".formatted(server.getAddress().getPort());
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            switch (exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath()) {
                case "POST /v1/chat/completions" -> complete(exchange, body);
                case "GET /v1/models" ->
                    send(
                            exchange,
                            200,
                            Map.of(
                                    "object",
                                    "list",
                                    "data",
                                    List.of(Map.of("id", MODEL, "object", "model", "owned_by", "hone-demo"))));
                default -> refuse(exchange, NOT_FOUND, "This stub has models and chat completions only");
            }
        }
    }

    private void complete(HttpExchange exchange, byte[] body) throws IOException {
        JsonNode messages;
        try {
            messages = JSON.readTree(body).path("messages");
        } catch (IOException e) {
            refuse(exchange, BAD_REQUEST, "The body is no JSON");
            return;
        }
        String prompt = "";
        String message = "";
        for (JsonNode one : messages) {
            if (one.path("role").asText().equals("system")) {
                prompt = one.path("content").asText();
            } else {
                message = one.path("content").asText();
            }
        }
        if (message.isEmpty()) {
            refuse(exchange, BAD_REQUEST, "There is no message to answer");
            return;
        }
        String answer = answer(prompt, message);
        int input = tokens(prompt) + tokens(message);
        send(
                exchange,
                200,
                Map.of(
                        "id",
                        "stub",
                        "object",
                        "chat.completion",
                        "created",
                        0,
                        "model",
                        MODEL,
                        "choices",
                        List.of(Map.of(
                                "index",
                                0,
                                "message",
                                Map.of("role", "assistant", "content", answer),
                                "finish_reason",
                                "stop")),
                        "usage",
                        Map.of(
                                "prompt_tokens",
                                input,
                                "completion_tokens",
                                tokens(answer),
                                "total_tokens",
                                input + tokens(answer))));
    }

    /** What the prompt makes of a message. */
    static String answer(String prompt, String message) {
        String label = "";
        int most = 0;
        Set<String> asked = words(message);
        Matcher examples = EXAMPLE.matcher(prompt);
        while (examples.find()) {
            Set<String> shared = words(examples.group(1));
            shared.retainAll(asked);
            if (shared.size() > most) {
                most = shared.size();
                label = examples.group(2);
            }
        }
        if (label.isEmpty()) {
            Matcher listed = LISTED.matcher(prompt);
            label = listed.find() ? listed.group(1) : "unknown";
        }
        return prompt.contains(ONE_WORD) ? label : "This looks like a matter of " + label + " to me.";
    }

    private static Set<String> words(String text) {
        Set<String> words = new HashSet<>(List.of(NO_WORD.split(text.toLowerCase(Locale.ROOT))));
        words.remove("");
        return words;
    }

    private static int tokens(String text) {
        return (text.length() + CHARACTERS_OF_TOKEN - 1) / CHARACTERS_OF_TOKEN;
    }

    private static void refuse(HttpExchange exchange, int status, String message) throws IOException {
        send(
                exchange,
                status,
                Map.of("error", Map.of("message", message, "type", "invalid_request_error", "code", "stub")));
    }

    private static void send(HttpExchange exchange, int status, Map<String, ?> body) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
