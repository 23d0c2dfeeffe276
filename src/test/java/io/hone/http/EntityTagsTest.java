package io.hone.http;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Preconditions of writes; those of reads need Jakarta REST and are tested on the running server. */
class EntityTagsTest {

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {"\"v3\"", "*", " * ", "\"v3-gzip\"", "\"v1\", \"v3\"", "\"v1\",\"v3-gzip\" ,\"v2\"", " \"v3\" "})
    void check_thatVersion_passes(String condition) {
        assertThatCode(() -> EntityTags.check(condition, 3)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"v2\"",
                "v3",
                "\"v33\"",
                "\"V3\"",
                "W/\"v3\"",
                "W/\"v3-gzip\"",
                "\"v3-br\"",
                "\"v1\", W/\"v3\"",
                "",
                ",",
                "\"v3",
                "\"v3\" \"v3\"",
                "**"
            })
    void check_anotherVersion_isRefused(String condition) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> EntityTags.check(condition, 3))
                .returns(ProblemType.PRECONDITION_FAILED, ProblemException::type)
                .withMessageContaining("the current version is \"v3\"");
    }
}
