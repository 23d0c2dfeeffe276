package io.hone.forwarding;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
import com.fasterxml.jackson.databind.JsonNode;
import io.hone.gateway.Tokens;
import io.hone.http.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads along while an answer passes, and keeps how many tokens it says it took: members {@code usage} of OpenAI's and
 * Anthropic's answers, plain and streamed. Nothing of the answer itself is kept. One thread at a time uses it.
 *
 * <p>Both tell of the provider's own cache, in their own ways: OpenAI's {@code cached_tokens} are a part of the input that it
 * names, Anthropic's {@code cache_read_input_tokens} and {@code cache_creation_input_tokens} come beside its
 * {@code input_tokens}. Go-betweens that answer in OpenAI's way for Anthropic give both, as parts of {@code prompt_tokens}.
 */
final class UsageReader {

    private static final Logger LOG = LoggerFactory.getLogger(UsageReader.class);
    private static final JsonFactory JSON = new JsonFactory();

    /** Longer events are passed over: they carry text, not usage. */
    private static final int LONGEST_EVENT = 1 << 20;

    /** More than this no call takes: who says so is wrong, and the estimate is better. */
    private static final long MOST_TOKENS = 1_000_000_000;

    private static final String DATA = "data:";

    /** Where OpenAI says what of the input it had in its cache: in chat completions, and in responses. */
    private static final List<String> DETAILS = List.of("prompt_tokens_details", "input_tokens_details");

    private static final String CACHED = "cached_tokens";

    private final boolean stream;
    private final @Nullable JsonParser parser;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(256);

    /** Names on the way to where the parser is, as far as they matter. */
    private String top = "";

    private String second = "";

    private int depth;
    private boolean broken;

    private String model = "";
    /** By OpenAI's chat completions: with all there is. */
    private long promptTokens = -1;

    /** By OpenAI's responses, with all there is, and by Anthropic, without what its cache has to do with. */
    private long inputTokens = -1;

    private long outputTokens = -1;
    private long cachedWithin = -1;
    private long cacheRead;
    private long cacheWritten;
    private long parts;

    /** @param stream whether the answer is a stream of events, else one JSON document */
    UsageReader(boolean stream) {
        this.stream = stream;
        JsonParser made = null;
        if (!stream) {
            try {
                made = JSON.createNonBlockingByteArrayParser();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
        parser = made;
    }

    /** The model that answered; empty where it was not said. */
    String model() {
        return model;
    }

    /**
     * What the answer says it took.
     *
     * @param input taken where it does not say what went in
     * @param output taken where it does not say what came out
     */
    Tokens tokens(long input, long output) {
        long out = outputTokens >= 0 ? outputTokens : output;
        if (promptTokens < 0 && inputTokens < 0) {
            return Tokens.of(input, out);
        }
        boolean beside = promptTokens < 0 && cachedWithin < 0;
        long all = promptTokens >= 0 ? promptTokens : beside ? inputTokens + cacheRead + cacheWritten : inputTokens;
        long cached = Math.min(all, Math.max(cachedWithin, cacheRead));
        return new Tokens(all, cached, Math.min(all - cached, cacheWritten), out);
    }

    /** Parts of a stream that carried something: about a token each. */
    long parts() {
        return parts;
    }

    /** Takes the next bytes of the answer. */
    void read(byte[] bytes) {
        if (broken) {
            return;
        }
        try {
            if (stream) {
                readLines(bytes);
            } else {
                readDocument(bytes);
            }
        } catch (IOException | RuntimeException e) {
            // A provider's answer goes on whatever it is; only its cost has to be estimated.
            LOG.debug("An answer's usage cannot be read", e);
            broken = true;
        }
    }

    private void readLines(byte[] bytes) throws IOException {
        for (byte b : bytes) {
            if (b == '\n') {
                readLine(line.toString(StandardCharsets.UTF_8));
                line.reset();
            } else if (line.size() < LONGEST_EVENT) {
                line.write(b);
            }
        }
    }

    private void readLine(String text) throws IOException {
        if (!text.startsWith(DATA)) {
            return;
        }
        String data = text.substring(DATA.length()).strip();
        if (data.contains("\"delta\"") || data.contains("\"text\"")) {
            parts++;
        }
        if (data.contains("\"usage\"") || (model.isEmpty() && data.contains("\"model\""))) {
            JsonNode event = Json.MAPPER.readTree(data);
            take(event);
            take(event.path("message"));
            take(event.path("response"));
        }
    }

    private void take(JsonNode event) {
        if (model.isEmpty()) {
            model = event.path("model").asText("");
        }
        JsonNode usage = event.path("usage");
        usage.properties().forEach(member -> count(member.getKey(), number(member.getValue())));
        DETAILS.forEach(details -> count(CACHED, number(usage.path(details).path(CACHED))));
    }

    private static long number(JsonNode value) {
        return value.isIntegralNumber() && value.canConvertToLong() ? value.longValue() : -1;
    }

    private void readDocument(byte[] bytes) throws IOException {
        JsonParser document = parser;
        if (document == null) {
            return;
        }
        ((ByteArrayFeeder) document.getNonBlockingInputFeeder()).feedInput(bytes, 0, bytes.length);
        JsonToken token = document.nextToken();
        while (token != null && token != JsonToken.NOT_AVAILABLE) {
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            } else if (token == JsonToken.FIELD_NAME && depth == 1) {
                top = document.currentName();
            } else if (token == JsonToken.FIELD_NAME && depth == 2) {
                second = document.currentName();
            } else if (token == JsonToken.VALUE_STRING && depth == 1 && top.equals("model")) {
                model = document.getText();
            } else if (token == JsonToken.VALUE_NUMBER_INT && top.equals("usage")) {
                String name = String.valueOf(document.currentName());
                boolean within = depth == 3 && DETAILS.contains(second) && name.equals(CACHED);
                boolean whole = document.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
                if (within || (depth == 2 && !name.equals(CACHED))) {
                    count(name, whole ? document.getLongValue() : -1);
                }
            }
            token = document.nextToken();
        }
    }

    private void count(String name, long tokens) {
        if (tokens < 0 || tokens > MOST_TOKENS) {
            return;
        }
        switch (name) {
            case "prompt_tokens" -> promptTokens = Math.max(promptTokens, tokens);
            case "input_tokens" -> inputTokens = Math.max(inputTokens, tokens);
            case CACHED -> cachedWithin = Math.max(cachedWithin, tokens);
            case "cache_read_input_tokens" -> cacheRead = Math.max(cacheRead, tokens);
            case "cache_creation_input_tokens" -> cacheWritten = Math.max(cacheWritten, tokens);
            case "completion_tokens", "output_tokens" -> outputTokens = Math.max(outputTokens, tokens);
            default -> {
                // Parts of the two, or sums.
            }
        }
    }
}
