package io.hone.sessions;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.hone.criteria.Criterion;
import io.hone.http.ProblemException;
import io.hone.http.Times;
import io.hone.http.Violations;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a batch of steps from a JSON array or from one object a line (NDJSON), token by token. NaN and the infinities
 * are taken as the strings of the interface and as the bare tokens that Python's json module writes.
 */
final class StepBatchReader {

    static final int MOST_VALUES = 10_000;

    private static final Map<String, Double> NAMED =
            Map.of("NaN", Double.NaN, "Infinity", Double.POSITIVE_INFINITY, "-Infinity", Double.NEGATIVE_INFINITY);

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private final JsonParser parser;
    private final Instant now;
    private final List<Step> steps = new ArrayList<>();
    private int values;

    private StepBatchReader(JsonParser parser, Instant now) {
        this.parser = parser;
        this.now = now;
    }

    /**
     * Reads a batch.
     *
     * @param now time of steps that name none
     * @throws ProblemException 422 at the first invalid place, 413 beyond 10,000 values
     * @throws IOException where the body is no JSON, as Jackson puts it
     */
    static List<Step> read(InputStream body, Instant now) throws IOException {
        try (JsonParser parser = FACTORY.createParser(body)) {
            return new StepBatchReader(parser, now).readAll();
        }
    }

    private List<Step> readAll() throws IOException {
        JsonToken token = parser.nextToken();
        boolean array = token == JsonToken.START_ARRAY;
        if (array) {
            token = parser.nextToken();
        }
        while (token != null && token != JsonToken.END_ARRAY) {
            if (token != JsonToken.START_OBJECT) {
                throw ProblemException.invalid("/" + steps.size(), "is no object with step and metrics");
            }
            steps.add(readStep("/" + steps.size()));
            token = parser.nextToken();
        }
        if (array && parser.nextToken() != null) {
            throw ProblemException.invalid("", "something follows the array");
        }
        if (steps.isEmpty()) {
            throw ProblemException.invalid("", "the batch has no steps");
        }
        return steps;
    }

    private Step readStep(String at) throws IOException {
        Long step = null;
        Instant time = null;
        Map<String, Double> metrics = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "step" -> step = readNumber(at + "/step");
                case "at" -> time = readTime(at + "/at");
                case "metrics" -> metrics = readMetrics(at + "/metrics");
                default ->
                    throw ProblemException.invalid(
                            at + "/" + Violations.token(name), "is unknown; known are at, metrics, step");
            }
        }
        if (step == null || metrics == null) {
            throw ProblemException.invalid(at, "lacks step or metrics");
        }
        return new Step(step, time == null ? now : time, metrics);
    }

    private long readNumber(String at) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                && (parser.getNumberType() == JsonParser.NumberType.INT
                        || parser.getNumberType() == JsonParser.NumberType.LONG)) {
            long number = parser.getLongValue();
            if (number >= 0) {
                return number;
            }
        }
        throw ProblemException.invalid(at, "is no whole number from 0 to " + Long.MAX_VALUE);
    }

    private @Nullable Instant readTime(String at) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            try {
                return Times.parse(parser.getText());
            } catch (DateTimeException e) {
                throw ProblemException.invalid(at, "is no RFC 3339 time like 2026-11-20T18:00:00.000Z, 1970 to 9999");
            }
        }
        throw ProblemException.invalid(at, "is no RFC 3339 time like 2026-11-20T18:00:00.000Z, 1970 to 9999");
    }

    private Map<String, Double> readMetrics(String at) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw ProblemException.invalid(at, "is no object of numbers");
        }
        Map<String, Double> metrics = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            if (key.isBlank() || key.length() > Criterion.LONGEST_METRIC || !Violations.isStorable(key)) {
                throw ProblemException.invalid(
                        at,
                        "has a name that is blank, over %d characters, or with a NUL or half a surrogate pair"
                                .formatted(Criterion.LONGEST_METRIC));
            }
            parser.nextToken();
            metrics.put(key, readValue(at, key));
            if (++values > MOST_VALUES) {
                throw ProblemException.invalid(
                        "", "has over %d values; send them in several batches".formatted(MOST_VALUES));
            }
        }
        if (metrics.isEmpty()) {
            throw ProblemException.invalid(at, "is empty");
        }
        return metrics;
    }

    private double readValue(String at, String key) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
            double value = parser.getDoubleValue();
            if (Double.isFinite(value) || parser.isNaN()) {
                return value;
            }
        } else if (token == JsonToken.VALUE_STRING) {
            Double named = NAMED.get(parser.getText());
            if (named != null) {
                return named;
            }
        }
        throw ProblemException.invalid(
                at + "/" + Violations.token(key),
                "is no number within ±1.8e308, and none of \"NaN\", \"Infinity\", \"-Infinity\"");
    }
}
