package io.hone.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Base64;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotBlank;
import net.jqwik.api.constraints.Size;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTest {

    @Property
    void decode_encoded_isTheSame(@ForAll @NotBlank String list, @ForAll @Size(min = 1, max = 5) List<Long> position) {
        String name = list.replaceAll("[\\x00\\p{Cs}]", "");
        Cursor cursor = new Cursor(name, position.stream().map(Object::toString).toList());
        assertThat(cursor.encode()).matches("[A-Za-z0-9_-]+");
        assertThat(Cursor.decode(cursor.encode(), name, position.size())).isEqualTo(cursor);
    }

    @Test
    void decode_none_isNull() {
        assertThat(Cursor.decode(null, "list", 1)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "%%%", "AAAA", "bGlzdA", "a b", "\u00fc", "bGlzdAAxADI=bGlzdA"})
    void decode_malformed_isRefused(String text) {
        assertRefused(() -> Cursor.decode(text, "list", 2));
    }

    @Test
    void decode_ofAnotherList_isRefused() {
        String encoded = new Cursor("sessions -created_at", List.of("1", "2")).encode();
        assertRefused(() -> Cursor.decode(encoded, "sessions created_at", 2));
        assertRefused(() -> Cursor.decode(encoded, "sessions -created_at", 1));
        assertRefused(() -> Cursor.decode(encoded, "sessions -created_at", 3));
    }

    @Test
    void number_otherText_isRefused() {
        Cursor cursor = new Cursor("list", List.of("12", "-3.5", "x", "99999999999999999999"));
        assertThat(cursor.number(0)).isEqualTo(12);
        assertThat(cursor.decimal(1)).isEqualTo(-3.5);
        assertRefused(() -> cursor.number(1));
        assertRefused(() -> cursor.number(2));
        assertRefused(() -> cursor.number(3));
        assertRefused(() -> cursor.decimal(2));
    }

    @Test
    void decode_madeUp_readsPositionsOnly() {
        String made = Base64.getUrlEncoder().encodeToString("list\0' OR 1=1 --\0".getBytes(UTF_8));
        assertThat(Cursor.decode(made, "list", 2)).isEqualTo(new Cursor("list", List.of("' OR 1=1 --", "")));
    }

    private static void assertRefused(ThrowingCallable reading) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(reading)
                .returns(ProblemType.VALIDATION, ProblemException::type)
                .satisfies(problem -> assertThat(problem.errors())
                        .singleElement()
                        .returns("?cursor", ProblemException.Violation::pointer));
    }
}
