package io.hone.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import io.hone.gateway.StubProvider.Asked;
import io.hone.http.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * A stub provider that honours as much of OpenAI's interface as its clients need: it says back what it is told, word by word,
 * calls the tool it is offered, and refuses what OpenAI refuses, in OpenAI's words. A token is a word.
 */
public final class OpenAiStub {

    /** The only model there is. */
    public static final String MODEL = "echo-1";

    private static final String CHUNK = "chat.completion.chunk";

    private final String secret;

    /** Is told the number of each part of a stream, from 0, before it is sent. */
    private volatile IntConsumer pace = part -> {};

    /** @param secret what has to come as bearer token */
    public OpenAiStub(String secret) {
        this.secret = secret;
    }

    /** Answers below that path so from now on. */
    public OpenAiStub serve(StubProvider provider, String base) {
        provider.on(base + "/models", guarded(this::models));
        provider.on(base + "/chat/completions", guarded(this::complete));
        provider.on(base + "/embeddings", guarded(this::embed));
        return this;
    }

    /** Has that told the number of each part of a stream, from 0, before it is sent. */
    public void pace(IntConsumer told) {
        pace = told;
    }

    private StubProvider.Behaviour guarded(StubProvider.Behaviour behaviour) {
        return (exchange, asked) -> {
            if (!("Bearer " + secret).equals(asked.fields().get("authorization"))) {
                refuse(exchange, 401, "Incorrect API key provided.", "invalid_request_error", null, "invalid_api_key");
            } else {
                behaviour.answer(exchange, asked);
            }
        };
    }

    /** Sends an error as OpenAI does. */
    public static void refuse(HttpExchange exchange, int status, String message, String type, String param, String code)
            throws IOException {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("message", message);
        error.put("type", type);
        error.put("param", param);
        error.put("code", code);
        StubProvider.send(exchange, status, "application/json", Json.write(Map.of("error", error)));
    }

    private void models(HttpExchange exchange, Asked asked) throws IOException {
        answer(
                exchange,
                Map.of(
                        "object",
                        "list",
                        "data",
                        List.of(Map.of("id", MODEL, "object", "model", "created", 1_700_000_000, "owned_by", "stub"))));
    }

    private void complete(HttpExchange exchange, Asked asked) throws IOException {
        JsonNode request = Json.MAPPER.readTree(asked.body());
        if (!request.path("model").asText().equals(MODEL)) {
            refuse(
                    exchange,
                    404,
                    "The model `%s` does not exist or you do not have access to it."
                            .formatted(request.path("model").asText()),
                    "invalid_request_error",
                    null,
                    "model_not_found");
            return;
        }
        JsonNode messages = request.path("messages");
        if (messages.isEmpty()) {
            refuse(
                    exchange,
                    400,
                    "Invalid 'messages': empty array. Expected an array with minimum length 1.",
                    "invalid_request_error",
                    "messages",
                    "empty_array");
            return;
        }
        JsonNode last = messages.get(messages.size() - 1);
        String said = last.path("content").isTextual()
                ? last.path("content").asText()
                : last.path("content").path(0).path("text").asText();
        boolean tool =
                request.path("tools").size() > 0 && !last.path("role").asText().equals("tool");
        List<String> words = tool ? List.of("{\"text\":", " " + Json.write(said) + "}") : words("You said: " + said);
        int input = 0;
        for (JsonNode message : messages) {
            input += words(message.path("content").asText()).size();
        }
        Map<String, Object> usage =
                Map.of("prompt_tokens", input, "completion_tokens", words.size(), "total_tokens", input + words.size());
        String function =
                request.path("tools").path(0).path("function").path("name").asText();
        if (request.path("stream").asBoolean()) {
            stream(
                    exchange,
                    words,
                    tool ? function : null,
                    request.path("stream_options").path("include_usage").asBoolean() ? usage : null);
            return;
        }
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("role", "assistant");
        message.put("content", tool ? null : String.join("", words));
        message.put("refusal", null);
        if (tool) {
            message.put(
                    "tool_calls",
                    List.of(Map.of(
                            "id",
                            "call_1",
                            "type",
                            "function",
                            "function",
                            Map.of("name", function, "arguments", String.join("", words)))));
        }
        Map<String, Object> choice = new LinkedHashMap<>();
        choice.put("index", 0);
        choice.put("message", message);
        choice.put("logprobs", null);
        choice.put("finish_reason", tool ? "tool_calls" : "stop");
        Map<String, Object> whole = head("chat.completion");
        whole.put("choices", List.of(choice));
        whole.put("usage", usage);
        answer(exchange, whole);
    }

    private void stream(HttpExchange exchange, List<String> parts, String function, Map<String, Object> usage)
            throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
        exchange.sendResponseHeaders(200, 0);
        List<Map<String, Object>> chunks = new ArrayList<>();
        if (function != null) {
            Map<String, Object> first = new LinkedHashMap<>();
            first.put("role", "assistant");
            first.put("content", null);
            first.put(
                    "tool_calls",
                    List.of(Map.of(
                            "index",
                            0,
                            "id",
                            "call_1",
                            "type",
                            "function",
                            "function",
                            Map.of("name", function, "arguments", ""))));
            chunks.add(chunk(first, null));
            for (String part : parts) {
                chunks.add(chunk(
                        Map.of("tool_calls", List.of(Map.of("index", 0, "function", Map.of("arguments", part)))),
                        null));
            }
            chunks.add(chunk(Map.of(), "tool_calls"));
        } else {
            chunks.add(chunk(Map.of("role", "assistant", "content", ""), null));
            parts.forEach(part -> chunks.add(chunk(Map.of("content", part), null)));
            chunks.add(chunk(Map.of(), "stop"));
        }
        if (usage != null) {
            Map<String, Object> last = head(CHUNK);
            last.put("choices", List.of());
            last.put("usage", usage);
            chunks.add(last);
        }
        try (OutputStream out = exchange.getResponseBody()) {
            for (int i = 0; i < chunks.size(); i++) {
                pace.accept(i);
                event(out, Json.write(chunks.get(i)));
            }
            event(out, "[DONE]");
        }
    }

    private static Map<String, Object> chunk(Map<String, Object> delta, String finish) {
        Map<String, Object> choice = new LinkedHashMap<>();
        choice.put("index", 0);
        choice.put("delta", delta);
        choice.put("logprobs", null);
        choice.put("finish_reason", finish);
        Map<String, Object> chunk = head(CHUNK);
        chunk.put("choices", List.of(choice));
        return chunk;
    }

    private static Map<String, Object> head(String object) {
        Map<String, Object> head = new LinkedHashMap<>();
        head.put("id", "chatcmpl-1");
        head.put("object", object);
        head.put("created", 1_700_000_000);
        head.put("model", MODEL);
        return head;
    }

    /** The length and the number of words of each text, as numbers or as clients prefer them: base64 of little-endian floats. */
    private void embed(HttpExchange exchange, Asked asked) throws IOException {
        JsonNode request = Json.MAPPER.readTree(asked.body());
        JsonNode input = request.path("input");
        List<String> texts = new ArrayList<>();
        if (input.isArray()) {
            input.forEach(text -> texts.add(text.asText()));
        } else {
            texts.add(input.asText());
        }
        List<Object> data = new ArrayList<>();
        int tokens = 0;
        for (String text : texts) {
            int words = words(text).size();
            float[] vector = {text.length(), words, 0.5f};
            Object told = List.of(vector[0], vector[1], vector[2]);
            if (request.path("encoding_format").asText().equals("base64")) {
                ByteBuffer bytes =
                        ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer().put(vector);
                told = Base64.getEncoder().encodeToString(bytes.array());
            }
            data.add(Map.of("object", "embedding", "index", data.size(), "embedding", told));
            tokens += words;
        }
        answer(
                exchange,
                Map.of(
                        "object",
                        "list",
                        "data",
                        data,
                        "model",
                        MODEL,
                        "usage",
                        Map.of("prompt_tokens", tokens, "total_tokens", tokens)));
    }

    private static void answer(HttpExchange exchange, Map<String, Object> body) throws IOException {
        StubProvider.send(exchange, 200, "application/json", Json.write(body));
    }

    private static void event(OutputStream out, String data) throws IOException {
        out.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** Words with the space before them. */
    private static List<String> words(String text) {
        return text.isEmpty() ? List.of() : Arrays.asList(text.split("(?= )"));
    }
}
