package io.hone.http;

import static io.hone.audit.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MergePatchTest {

    /** The examples of RFC 7396, appendix A, that are about objects. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"a\":\"b\"} | {\"a\":\"c\"} | {\"a\":\"c\"}",
                "{\"a\":\"b\"} | {\"b\":\"c\"} | {\"a\":\"b\",\"b\":\"c\"}",
                "{\"a\":\"b\"} | {\"a\":null} | {}",
                "{\"a\":\"b\",\"b\":\"c\"} | {\"a\":null} | {\"b\":\"c\"}",
                "{\"a\":[\"b\"]} | {\"a\":\"c\"} | {\"a\":\"c\"}",
                "{\"a\":\"c\"} | {\"a\":[\"b\"]} | {\"a\":[\"b\"]}",
                "{\"a\":{\"b\":\"c\"}} | {\"a\":{\"b\":\"d\",\"c\":null}} | {\"a\":{\"b\":\"d\"}}",
                "{\"a\":[{\"b\":\"c\"}]} | {\"a\":[1]} | {\"a\":[1]}",
                "{\"e\":null} | {\"a\":1} | {\"e\":null,\"a\":1}",
                "{} | {\"a\":{\"bb\":{\"ccc\":null}}} | {\"a\":{\"bb\":{}}}"
            })
    void apply_doesWhatTheStandardSays(String target, String patch, String result) throws IOException {
        ObjectNode before = read(target);

        assertThat(MergePatch.apply(before, read(patch))).isEqualTo(read(result));
        assertThat(before).isEqualTo(read(target));
    }

    @Test
    void read_keepsDecimals() throws IOException {
        assertThat(read("{\"a\":999999999.999999999}").get("a").decimalValue())
                .isEqualByComparingTo(new BigDecimal("999999999.999999999"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "1", "\"a\""})
    void read_ofNoObject_isRefused(String body) {
        assertRefused(ProblemType.VALIDATION, () -> read(body));
    }

    @Test
    void read_ofBytesThatAreNoText_isRefused() {
        byte[] utf32 = {0, 0, 0, '{', (byte) 0x80, 0, 0, 0};

        assertRefused(ProblemType.MALFORMED_JSON, () -> MergePatch.read(new ByteArrayInputStream(utf32)));
    }

    private static ObjectNode read(String json) throws IOException {
        return MergePatch.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
    }
}
