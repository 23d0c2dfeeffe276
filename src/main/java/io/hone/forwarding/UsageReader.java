package io.hone.forwarding;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
import com.fasterxml.jackson.databind.JsonNode;
import io.hone.http.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads along while an answer passes, and keeps how many tokens it says it took: members {@code usage} of OpenAI's and
 * Anthropic's answers, plain and streamed. Nothing of the answer itself is kept. One thread at a time uses it.
 */
final class UsageReader {

    private static final Logger LOG = LoggerFactory.getLogger(UsageReader.class);
    private static final JsonFactory JSON = new JsonFactory();

    /** Longer events are passed over: they carry text, not usage. */
    private static final int LONGEST_EVENT = 1 << 20;

    /** More than this no call takes: who says so is wrong, and the estimate is better. */
    private static final long MOST_TOKENS = 1_000_000_000;

    private static final String DATA = "data:";

    private final boolean stream;
    private final @Nullable JsonParser parser;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(256);

    /** Names on the way to where the parser is, as far as they matter. */
    private String top = "";

    private int depth;
    private boolean broken;

    private String model = "";
    private long inputTokens = -1;
    private long outputTokens = -1;
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

    /** Tokens that went in; -1 where it was not said. */
    long inputTokens() {
        return inputTokens;
    }

    /** Tokens that came out; -1 where it was not said. */
    long outputTokens() {
        return outputTokens;
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
        usage.properties().forEach(member -> {
            JsonNode value = member.getValue();
            count(member.getKey(), value.isIntegralNumber() && value.canConvertToLong() ? value.longValue() : -1);
        });
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
            } else if (token == JsonToken.VALUE_STRING && depth == 1 && top.equals("model")) {
                model = document.getText();
            } else if (token == JsonToken.VALUE_NUMBER_INT && depth == 2 && top.equals("usage")) {
                boolean whole = document.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
                count(String.valueOf(document.currentName()), whole ? document.getLongValue() : -1);
            }
            token = document.nextToken();
        }
    }

    private void count(String name, long tokens) {
        if (tokens < 0 || tokens > MOST_TOKENS) {
            return;
        }
        switch (name) {
            case "prompt_tokens", "input_tokens" -> inputTokens = Math.max(inputTokens, tokens);
            case "completion_tokens", "output_tokens" -> outputTokens = Math.max(outputTokens, tokens);
            default -> {
                // Parts of the two, or sums.
            }
        }
    }
}
