package io.hone.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CacheKeyTest {

    @Test
    void text_namesCacheAndParts() {
        assertThat(text(CacheKey.of("edge", 3, DayOfWeek.MONDAY, null))).isEqualTo("hone:a.cache:edge:3:MONDAY:%0");
        assertThat(text(CacheKey.of())).isEqualTo("hone:a.cache");
    }

    @Test
    void text_ofOddParts_isOneWord() {
        assertThat(text(CacheKey.of("a:b*c?d%e f\n\u007f"))).isEqualTo("hone:a.cache:a%3Ab%2Ac%3Fd%25e%20f%0A%7F");
    }

    @Test
    void text_overItsBound_isADigest() {
        assertThat(text(CacheKey.of("x".repeat(237)))).hasSize(250).endsWith("xxx");
        assertThat(text(CacheKey.of("x".repeat(238)))).matches("hone:a\\.cache:sha256-[0-9a-f]{64}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hone_0123456789abcdef",
                "sk-proj-0123456789abcdef",
                "Bearer abc",
                "eyJhbGciOiJIUzI1NiJ9",
                "my password",
                "api_key=1",
                "API-KEY 1"
            })
    void text_ofASecret_isADigest(String secret) {
        assertThat(text(CacheKey.of("a", secret))).matches("hone:a\\.cache:sha256-[0-9a-f]{64}");
        assertThat(CacheKey.of(secret)).asString().doesNotContain(secret);
    }

    @Test
    void text_ofSensitiveCaches_isADigest() {
        assertThat(CacheKey.of("a").text("a.cache", true)).matches("hone:a\\.cache:sha256-[0-9a-f]{64}");
    }

    @Property(tries = 2_000)
    void differentKeys_haveDifferentTexts(
            @ForAll String a, @ForAll String b, @ForAll String c, @ForAll String d, @ForAll boolean one) {
        CacheKey first = one ? CacheKey.of(a) : CacheKey.of(a, b);
        CacheKey second = one ? CacheKey.of(c, d) : CacheKey.of(c, d);
        assertThat(text(first).equals(text(second))).isEqualTo(first.equals(second));
        assertThat(CacheKey.of(a, b)).isEqualTo(CacheKey.of(a, b)).hasSameHashCodeAs(CacheKey.of(a, b));
    }

    private static String text(CacheKey key) {
        return key.text("a.cache", false);
    }
}
