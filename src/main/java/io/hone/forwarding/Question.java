package io.hone.forwarding;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import java.io.IOException;

/**
 * What a request to a model says about its cost, and about chance.
 *
 * @param model empty where none is named
 * @param inputTokens estimated from the length of the body
 * @param outputTokens at most, as the request bounds it, for all choices together
 * @param chance whether a model that writes may answer otherwise each time: it is not told to take the likeliest token
 */
record Question(String model, long inputTokens, long outputTokens, boolean chance) {

    /** Bytes of a token, low for English, so that the estimate is rather too high: most tokenizers need about four. */
    private static final int BYTES_OF_TOKEN = 3;

    /** Where a request sets no bound. */
    private static final long USUAL_OUTPUT = 1_024;

    /** More than any model writes: whatever a request says, sums of it stay numbers. */
    private static final long MOST_OUTPUT = 10_000_000;

    private static final long MOST_CHOICES = 1_000;

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(com.fasterxml.jackson.core.StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** A request of which nothing is known. */
    static final Question NONE = new Question("", 0, 0, false);

    /**
     * Reads the body of a request.
     *
     * @throws ProblemException 400 for JSON that is none, or says something twice: what is charged must be what is sent
     */
    static Question of(byte[] body) {
        String model = "";
        long most = -1;
        long choices = 1;
        boolean cold = false;
        try (JsonParser parser = JSON.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return new Question("", tokens(body.length), 0, false);
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                boolean whole = value == JsonToken.VALUE_NUMBER_INT
                        && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
                switch (name) {
                    case "model" -> model = value == JsonToken.VALUE_STRING ? parser.getText() : "";
                    case "max_tokens", "max_completion_tokens", "max_output_tokens" ->
                        most = whole ? Math.max(most, parser.getLongValue()) : most;
                    case "n", "best_of" ->
                        choices = whole ? Math.min(MOST_CHOICES, Math.max(choices, parser.getLongValue())) : choices;
                    case "temperature" -> cold = value.isNumeric() && isZero(parser.getText());
                    default -> {
                        // Costs nothing by itself.
                    }
                }
                parser.skipChildren();
            }
        } catch (IOException e) {
            throw new ProblemException(
                    ProblemType.MALFORMED_JSON,
                    "The body is no JSON, or names a member twice: its cost cannot be told");
        }
        long output = most < 0 ? USUAL_OUTPUT : Math.min(MOST_OUTPUT, most);
        return new Question(model, tokens(body.length), output * choices, !cold);
    }

    /** Whether a number is nothing, by its digits: it may be longer than numbers can be. */
    private static boolean isZero(String number) {
        for (int i = 0; i < number.length(); i++) {
            char c = number.charAt(i);
            if (c == 'e' || c == 'E') {
                break;
            }
            if (c >= '1' && c <= '9') {
                return false;
            }
        }
        return true;
    }

    private static long tokens(long bytes) {
        return (bytes + BYTES_OF_TOKEN - 1) / BYTES_OF_TOKEN;
    }
}
