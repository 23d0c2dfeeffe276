package io.hone.responses;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathPatternTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/health | /health | true",
                "/health | /health/ready | false",
                "/health{,/live} | /health | true",
                "/health{,/live} | /health/live | true",
                "/health{,/live} | /health/ready | false",
                "/api/** | /api/v1/sessions | true",
                "/api/** | /api | false",
                "/api/v1/sessions/* | /api/v1/sessions/1 | true",
                "/api/v1/sessions/* | /api/v1/sessions/1/steps | false",
                "/api/v1/sessions/*/steps | /api/v1/sessions/1/steps | true",
                "/**.{js,css} | /lib/http.js | true",
                "/**.{js,css} | /app.css | true",
                "/**.{js,css} | /app.html | false",
                "/** | / | true",
                "/ | / | true",
                "/ | /x | false",
                "/a*c | /abbc | true",
                "/a*c | /ab/c | false",
                "/a.c | /abc | false"
            })
    void matches_table(String pattern, String path, boolean expected) {
        assertThat(PathPattern.of(pattern).matches(path)).isEqualTo(expected);
    }

    /** Against regular expressions, which go back everywhere. */
    @Property(tries = 5_000)
    void matches_isWhatTheRegularExpressionSays(@ForAll("patterns") String pattern, @ForAll("paths") String path) {
        String regex = Pattern.quote(pattern)
                .replace("**", "\\E\u0001\\Q")
                .replace("*", "\\E[^/]*\\Q")
                .replace("\u0001", ".*");
        assertThat(PathPattern.of(pattern).matches(path)).isEqualTo(path.matches(regex));
    }

    @Provide
    Arbitrary<String> patterns() {
        return Arbitraries.of("a", "b", "/", "*", "**")
                .list()
                .ofMaxSize(7)
                .map(parts -> "/" + String.join("", parts))
                .filter(pattern -> !pattern.contains("***"));
    }

    @Provide
    Arbitrary<String> paths() {
        return Arbitraries.strings().withChars('a', 'b', '/').ofMaxLength(8).map(rest -> "/" + rest);
    }
}
