package io.hone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    enum Colour {
        RED
    }

    record Sample(
            String someName,
            int wholeNumber,
            Double decimal,
            Boolean flag,
            Instant startedAt,
            List<String> tags,
            Colour colour) {}

    record Mixed(Object value, Map<String, Object> params) {}

    @Test
    void write_record_isSnakeCaseWithMillisecondsInUtc() {
        Instant start = Instant.parse("2026-11-20T18:00:00.123456789Z");
        assertThat(Json.write(new Sample("a", 1, 2.5, true, start, List.of("x"), Colour.RED)))
                .isEqualTo("{\"some_name\":\"a\",\"whole_number\":1,\"decimal\":2.5,\"flag\":true,"
                        + "\"started_at\":\"2026-11-20T18:00:00.123Z\",\"tags\":[\"x\"],\"colour\":\"RED\"}");
        assertThat(Json.time(Instant.EPOCH)).isEqualTo("1970-01-01T00:00:00.000Z");
        assertThat(Json.write(Map.of("at", Optional.of(Instant.EPOCH))))
                .isEqualTo("{\"at\":\"1970-01-01T00:00:00.000Z\"}");
    }

    @Test
    void read_written_isTheSame() {
        Sample sample =
                new Sample("\u00fc\u0000\ud83d\ude00", -1, null, null, Instant.ofEpochMilli(1), List.of(), Colour.RED);
        assertThat(Json.read(Json.write(sample), Sample.class)).isEqualTo(sample);
    }

    @Test
    void read_offset_isTheInstant() throws JsonProcessingException {
        assertThat(Json.MAPPER.readValue(
                        "{\"started_at\":\"2026-11-20T18:00:00+02:00\",\"whole_number\":1}", Sample.class))
                .returns(Instant.parse("2026-11-20T16:00:00Z"), Sample::startedAt);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"whole_number\":1,\"some_nam\":\"a\"}",
                "{\"whole_number\":1,\"someName\":\"a\"}",
                "{\"whole_number\":1,\"whole_number\":2}",
                "{\"whole_number\":1.5}",
                "{\"whole_number\":1.0}",
                "{\"whole_number\":\"1\"}",
                "{\"whole_number\":null}",
                "{\"whole_number\":true}",
                "{\"whole_number\":2147483648}",
                "{\"whole_number\":1,\"some_name\":2}",
                "{\"whole_number\":1,\"some_name\":2.5}",
                "{\"whole_number\":1,\"some_name\":true}",
                "{\"whole_number\":1,\"some_name\":[\"a\"]}",
                "{\"whole_number\":1,\"decimal\":\"2.5\"}",
                "{\"whole_number\":1,\"decimal\":\"\"}",
                "{\"whole_number\":1,\"flag\":1}",
                "{\"whole_number\":1,\"flag\":\"true\"}",
                "{\"whole_number\":1,\"tags\":\"a\"}",
                "{\"whole_number\":1,\"colour\":0}",
                "{\"whole_number\":1,\"colour\":\"red\"}",
                "{\"whole_number\":1,\"started_at\":1795197600}",
                "{\"whole_number\":1,\"started_at\":\"2026-11-20\"}",
                "{\"whole_number\":1,\"started_at\":\"1795197600\"}",
                "{\"whole_number\":1,\"started_at\":\"\"}",
                "{\"whole_number\":1} {}",
                "{\"whole_number\":1}]",
                "{\"whole_number\":01}",
                "{whole_number:1}",
                "{'whole_number':1}",
                "{\"whole_number\":1,}",
                "{\"whole_number\":NaN}",
                "{\"whole_number\":1 /* one */}",
                "[]",
                "\"\"",
                ""
            })
    void read_notExactlyThat_isRefused(String json) {
        assertThatExceptionOfType(JsonProcessingException.class)
                .isThrownBy(() -> Json.MAPPER.readValue(json, Sample.class))
                .withMessageNotContaining("Source: (String)");
    }

    @Test
    void read_duplicateKeysInAMap_areRefused() {
        assertThatExceptionOfType(JsonProcessingException.class)
                .isThrownBy(() -> Json.MAPPER.readValue("{\"params\":{\"lr\":1,\"lr\":2}}", Mixed.class));
        assertThatExceptionOfType(JsonProcessingException.class)
                .isThrownBy(() -> Json.MAPPER.readTree("{\"lr\":1,\"lr\":2}"));
    }

    @Test
    void read_deepNesting_isRefusedOver64() throws JsonProcessingException {
        assertThat(Json.MAPPER.readTree("[".repeat(64) + "]".repeat(64))).hasSize(1);
        assertThatExceptionOfType(JsonProcessingException.class)
                .isThrownBy(() -> Json.MAPPER.readTree("[".repeat(65) + "]".repeat(65)));
    }

    @Test
    void read_storedOfAnotherType_isAFaultOfOurs() {
        assertThatIllegalStateException().isThrownBy(() -> Json.read("[1]", Sample.class));
    }
}
