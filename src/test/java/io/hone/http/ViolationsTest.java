package io.hone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hone.http.ProblemException.Violation;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ViolationsTest {

    private final Violations violations = new Violations();

    @Test
    void refuseIfAny_nothingFound_passes() {
        violations.text("a", "/name", 1, 1);
        violations.text("", "/notes", 0, 10);
        violations.require(true, "/x", "is wrong");
        violations.refuseIfAny();
    }

    @Test
    void refuseIfAny_severalFound_namesThemAll() {
        violations.text(null, "/name", 1, 200);
        violations.text("", "/project", 1, 100);
        violations.text("abc", "/model", 1, 2);
        violations.text(" \t", "/owner", 1, 9);
        violations.text("a\0", "/notes", 0, 9);
        violations.require(false, "/lease", "is wrong");
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(violations::refuseIfAny)
                .withMessage("6 places are invalid, the first is /name: is required")
                .satisfies(problem -> assertThat(problem.errors())
                        .isEqualTo(List.of(
                                new Violation("/name", "is required"),
                                new Violation("/project", "has 0 characters, not 1 to 100"),
                                new Violation("/model", "has 3 characters, not 1 to 2"),
                                new Violation("/owner", "is blank"),
                                new Violation(
                                        "/notes",
                                        "has a NUL character or half a surrogate pair, which databases cannot store"),
                                new Violation("/lease", "is wrong"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "\u00fc", "\ud83d\ude00", "a\ud83d\ude00b", "\uffff"})
    void isStorable_wellFormed_isTrue(String text) {
        assertThat(Violations.isStorable(text)).isTrue();
    }

    @Test
    void isStorable_nulOrHalfAPair_isFalse() {
        assertThat(Stream.of("\0", "a\0", "\ud83d", "a\ud83d", "\ude00", "\ude00\ud83d", "\ud83d\ud83d\ude00"))
                .noneMatch(Violations::isStorable);
    }

    @Test
    void token_specialCharacters_areEscapedAsInRfc6901() {
        assertThat(Violations.token("a/b~c~1")).isEqualTo("a~1b~0c~01");
        assertThat(Violations.token("m n")).isEqualTo("m n");
    }
}
