package io.hone.cache;

import static io.hone.audit.Refusals.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyPatternTest {

    @ParameterizedTest
    @CsvSource({
        "configuration:*, hone:configuration:edge:3, true",
        "hone:configuration:*, hone:configuration:edge:3, true",
        "configuration:*, hone:configurations:edge, false",
        "configuration:edg?:3, hone:configuration:edge:3, true",
        "configuration:edge, hone:configuration:edge:3, false",
        "*:edge:*, hone:configuration:edge:3, true",
        "conf.*, hone:configuration:edge, false",
        "CONFIGURATION:*, hone:configuration:edge, false",
        "'a:\\E*', 'hone:a:\\Eb', true"
    })
    void matches(String pattern, String key, boolean expected) {
        assertThat(KeyPattern.parse(pattern, "/p").matches(key)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "*a*b*c*d*e*f*g*h*i*j*k"})
    void whatIsNoPattern_isRefused(String pattern) {
        assertInvalid(() -> KeyPattern.parse(pattern, "/p"), "/p");
        assertInvalid(() -> KeyPattern.parse("x".repeat(501), "/p"), "/p");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "**", "*:*", "hone:*", "?*"})
    void whatMatchesEverything_isKnown(String pattern) {
        assertThat(KeyPattern.parse(pattern, "/p").isEverything()).isTrue();
    }

    @Test
    void whatMatchesSome_isNotEverything() {
        assertThat(KeyPattern.parse("a*", "/p").isEverything()).isFalse();
    }
}
