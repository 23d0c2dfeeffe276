package io.hone.sessions;

import static io.hone.audit.Refusals.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StepBatchReaderTest {

    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    @Test
    void read_array() throws IOException {
        assertThat(read("""
                        [{"step": 0, "metrics": {"loss": 1, "acc": 0.5}}, {"metrics": {"loss": -2.5e-3}, "step": 1}]
                        """))
                .containsExactly(
                        new Step(0, NOW, Map.of("loss", 1.0, "acc", 0.5)), new Step(1, NOW, Map.of("loss", -2.5e-3)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", " ", "", "\n\n\n"})
    void read_oneObjectALine(String separator) throws IOException {
        String line = "{\"step\":1,\"metrics\":{\"a\":1}}";

        assertThat(read(String.join(separator, line, line, line) + separator)).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({
        "NaN, NaN",
        "Infinity, Infinity",
        "-Infinity, -Infinity",
        "'\"NaN\"', NaN",
        "'\"Infinity\"', Infinity",
        "'\"-Infinity\"', -Infinity",
        "1.7976931348623157e308, 1.7976931348623157e308",
        "5e-324, 5e-324",
        "1e-999, 0",
        "12345678901234567890, 12345678901234567890"
    })
    void read_value(String json, double value) throws IOException {
        assertThat(read("[{\"step\":1,\"metrics\":{\"a\":%s}}]".formatted(json))
                        .get(0)
                        .metrics())
                .isEqualTo(Map.of("a", value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e999", "-1e999", "\"nan\"", "\"1\"", "\"\"", "null", "true", "[]", "[1]", "{}"})
    void read_valueThatIsNone_isRefused(String json) {
        assertInvalid(() -> read("[{\"step\":1,\"metrics\":{\"a/~b\":%s}}]".formatted(json)), "/0/metrics/a~1~0b");
    }

    @Test
    void read_valueOfAHundredsOfDigits_isRefused() {
        assertInvalid(() -> read("[{\"step\":1,\"metrics\":{\"a\":1%s}}]".formatted("0".repeat(400))), "/0/metrics/a");
    }

    /** JSON knows a negative zero; databases do not keep it, so the answer must not either. */
    @ParameterizedTest
    @ValueSource(strings = {"-0.0", "-0", "-1e-999"})
    void read_negativeZero_isZero(String json) throws IOException {
        assertThat(read("[{\"step\":1,\"metrics\":{\"a\":%s}}]".formatted(json))
                        .get(0)
                        .metrics())
                .isEqualTo(Map.of("a", 0.0));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, Integer.MAX_VALUE, Long.MAX_VALUE})
    void read_step(long step) throws IOException {
        assertThat(read("{\"step\":%d,\"metrics\":{\"a\":1}}".formatted(step))
                        .get(0)
                        .step())
                .isEqualTo(step);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1.0", "1e3", "9223372036854775808", "\"1\"", "null", "true", "{}", "[]", "NaN"})
    void read_stepThatIsNone_isRefused(String json) {
        assertInvalid(
                () -> read("[{\"step\":1,\"metrics\":{\"a\":1}},{\"step\":%s,\"metrics\":{\"a\":1}}]".formatted(json)),
                "/1/step");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-20T18:00:00Z, 2026-11-20T18:00:00Z",
        "2026-11-20T18:00:00.123Z, 2026-11-20T18:00:00.123Z",
        "2026-11-20T18:00:00.123456+00:00, 2026-11-20T18:00:00.123Z",
        "2026-11-20T18:00:00+02:00, 2026-11-20T16:00:00Z",
        "2026-11-20T00:00:00-05:30, 2026-11-20T05:30:00Z",
        "1970-01-01T00:00:00Z, 1970-01-01T00:00:00Z"
    })
    void read_time(String text, Instant time) throws IOException {
        assertThat(read("{\"step\":1,\"at\":\"%s\",\"metrics\":{\"a\":1}}".formatted(text))
                        .get(0)
                        .at())
                .isEqualTo(time);
    }

    @Test
    void read_noTimeOrNull_isNow() throws IOException {
        assertThat(read("{\"step\":1,\"at\":null,\"metrics\":{\"a\":1}} {\"step\":1,\"metrics\":{\"a\":1}}"))
                .extracting(Step::at)
                .containsExactly(NOW, NOW);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"2026-11-20\"",
                "\"2026-11-20T18:00:00\"",
                "\"2026-11-20 18:00:00Z\"",
                "\"2026-13-01T00:00:00Z\"",
                "\"1969-12-31T23:59:59Z\"",
                "\"+999999999-12-31T23:59:59Z\"",
                "\"now\"",
                "\"\"",
                "1763661600000",
                "{}"
            })
    void read_timeThatIsNone_isRefused(String json) {
        assertInvalid(() -> read("[{\"step\":1,\"at\":%s,\"metrics\":{\"a\":1}}]".formatted(json)), "/0/at");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[{\"step\":1,\"metrics\":{\"a\":1},\"epoch\":2}] | /0/epoch",
                "[{\"step\":1,\"metrics\":{\"a\":1},\"a/b\":{\"deep\":[1]}}] | /0/a~1b",
                "[{\"Step\":1}] | /0/Step",
                "[{\"step\":1}] | /0",
                "[{\"metrics\":{\"a\":1}}] | /0",
                "[{}] | /0",
                "[{\"step\":1,\"metrics\":{}}] | /0/metrics",
                "[{\"step\":1,\"metrics\":null}] | /0/metrics",
                "[{\"step\":1,\"metrics\":[1]}] | /0/metrics",
                "[{\"step\":1,\"metrics\":{\"\":1}}] | /0/metrics",
                "[{\"step\":1,\"metrics\":{\" \":1}}] | /0/metrics",
                "[{\"step\":1,\"metrics\":{\"a\\u0000\":1}}] | /0/metrics",
                "[1] | /0",
                "[{\"step\":1,\"metrics\":{\"a\":1}}, null] | /1",
                "[[]] | /0",
                "\"steps\" | /0",
                "7 | /0",
                "null | /0",
                "[] | ''",
                "'' | ''",
                "[{\"step\":1,\"metrics\":{\"a\":1}}] {} | ''",
            })
    void read_wrongShape_namesThePlace(String json, String pointer) {
        assertInvalid(() -> read(json == null ? "" : json), pointer);
    }

    @Test
    void read_longNames() throws IOException {
        assertThat(read("{\"step\":1,\"metrics\":{\"%s\":1}}".formatted("n".repeat(200))))
                .hasSize(1);
        assertInvalid(() -> read("{\"step\":1,\"metrics\":{\"%s\":1}}".formatted("n".repeat(201))), "/0/metrics");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[",
                "[{",
                "[{\"step\"",
                "[{\"step\":1",
                "[{\"step\":1,\"metrics\":{\"a\":1",
                "[{\"step\":1,\"metrics\":{\"a\":1}",
                "[{\"step\":1,\"metrics\":{\"a\":1}}",
                "[{\"step\":1,\"metrics\":{\"a\":1}},",
                "[{\"step\":1,\"metrics\":{\"a\":1}},]",
                "{\"step\":1,\"metrics\":{\"a\":1}",
                "{'step':1}",
                "{\"step\":1,\"step\":2,\"metrics\":{\"a\":1}}",
                "{\"step\":1,\"metrics\":{\"a\":1,\"a\":2}}",
                "steps",
                "[{\"step\":01,\"metrics\":{\"a\":1}}]",
                "[{\"step\":1,\"metrics\":{\"a\":+1}}]",
                "{\"step\":1,\"metrics\":{\"a\":1}}]",
                "\u0000"
            })
    void read_noJson_isJacksonsException(String json) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(JsonProcessingException.class);
    }

    @Test
    void read_halfASurrogatePair_isRefused() {
        byte[] escaped = "{\"step\":1,\"metrics\":{\"half \\ud83d\":1}}".getBytes(StandardCharsets.UTF_8);
        byte[] raw = "{\"step\":1,\"metrics\":{\"\u00ed\u00a0\u00bd\":1}}".getBytes(StandardCharsets.ISO_8859_1);

        for (byte[] bytes : List.of(escaped, raw)) {
            assertThatThrownBy(() -> StepBatchReader.read(new ByteArrayInputStream(bytes), NOW))
                    .isInstanceOf(JsonProcessingException.class);
        }
    }

    @Test
    void read_bytesThatAreNoUtf8_areRefused() {
        byte[] bytes = "{\"step\":1,\"metrics\":{\"\u00e4\":1}}".getBytes(StandardCharsets.ISO_8859_1);

        assertThatThrownBy(() -> StepBatchReader.read(new ByteArrayInputStream(bytes), NOW))
                .isInstanceOf(IOException.class);
    }

    @Test
    void read_tenThousandValues_andNotOneMore() throws IOException {
        String full = batch(100, 100);
        assertThat(read(full).stream().mapToInt(step -> step.metrics().size()).sum())
                .isEqualTo(StepBatchReader.MOST_VALUES);

        assertInvalid(() -> read(full + "{\"step\":100,\"metrics\":{\"a\":1}}"), "");
        assertInvalid(() -> read(batch(1, 10_001)), "");
    }

    private static String batch(int steps, int metrics) {
        String values = IntStream.range(0, metrics)
                .mapToObj(i -> "\"m%d\":%d".formatted(i, i))
                .collect(Collectors.joining(","));
        return IntStream.range(0, steps)
                .mapToObj(i -> "{\"step\":%d,\"metrics\":{%s}}\n".formatted(i, values))
                .collect(Collectors.joining());
    }

    private static List<Step> read(String json) throws IOException {
        return StepBatchReader.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), NOW);
    }
}
