package io.hone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UuidsTest {

    @Test
    void create_many_areVersion7InOrder() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            UUID id = Uuids.create();
            assertThat(id.version()).isEqualTo(7);
            assertThat(id.variant()).isEqualTo(2);
            ids.add(id.toString());
        }
        assertThat(ids).isSorted().doesNotHaveDuplicates();
    }

    @Property
    void parse_canonical_isThatId(@ForAll long most, @ForAll long least) {
        UUID id = new UUID(most, least);
        assertThat(Uuids.parse(id.toString())).isEqualTo(id);
        assertThat(Uuids.parse(id.toString().toUpperCase(java.util.Locale.ROOT)))
                .isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1-1-1-1-1",
                "0197aa00000070008000000000000000",
                "{0197aa00-0000-7000-8000-000000000000}",
                "0197aa00-0000-7000-8000-00000000000g",
                "0197aa00-0000-7000-8000-0000000000000",
                " 0197aa00-0000-7000-8000-000000000000",
                "0197aa00-0000-7000-8000-000000000000\n",
                "\u0660197aa00-0000-7000-8000-000000000000"
            })
    void parse_otherForm_isNull(String text) {
        assertThat(Uuids.parse(text)).isNull();
    }

    @Test
    void ofPath_otherForm_isNotFound() {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> Uuids.ofPath("session", "x".repeat(100)))
                .returns(ProblemType.NOT_FOUND, ProblemException::type)
                .withMessage("There is no session " + "x".repeat(64) + "\u2026");
    }
}
