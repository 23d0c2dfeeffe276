package io.hone.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hone.settings.Setting.Type;
import java.math.BigDecimal;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingTest {

    private static final Setting<Long> PAUSE = Setting.integer("hone.pause-ms", "ms", 20, 10, 600_000, "A pause.");
    private static final Setting<Boolean> FLAG = Setting.flag("hone.flag", true, "A flag.");
    private static final Setting<String> TEXT = Setting.text("hone.text", "", "A text.");
    private static final Setting<String> CHOICE =
            Setting.choice("hone.choice", "plain", List.of("plain", "json"), "A choice.");
    private static final Setting<Double> RATE = new Setting<>(
            "hone.rate",
            Type.NUMBER,
            null,
            0.5,
            new BigDecimal("0.1"),
            new BigDecimal("1"),
            List.of(),
            false,
            true,
            false,
            "A rate.");

    static List<Setting<?>> all() {
        return SettingsCatalogue.ALL;
    }

    @Property
    void parse_integerInRange_isTaken(@ForAll @LongRange(min = 10, max = 600_000) long value) {
        assertThat(PAUSE.parse(" " + value + "\t")).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"9", "600001", "-20", "20.0", "2e1", "20ms", "0x20", "", "NaN", "9223372036854775808", "20 30"})
    void parse_noIntegerInRange_isRefused(String value) {
        assertRefused(PAUSE, value, "hone.pause-ms is \"" + value + "\", not a whole number from 10 to 600000 ms");
    }

    @Test
    void parse_numberInRange_isTaken() {
        assertThat(List.of(RATE.parse("0.1"), RATE.parse("1"), RATE.parse("2.5e-1")))
                .containsExactly(0.1, 1.0, 0.25);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0999", "1.0001", "NaN", "Infinity", "-0.5", "half", "0,5", ""})
    void parse_noNumberInRange_isRefused(String value) {
        assertRefused(RATE, value, "hone.rate is \"" + value + "\", not a number from 0.1 to 1");
    }

    @Test
    void parse_flag_isTrueOrFalse() {
        assertThat(FLAG.parse("true")).isTrue();
        assertThat(FLAG.parse(" false ")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRUE", "yes", "1", "on", "", "tru"})
    void parse_noFlag_isRefused(String value) {
        assertRefused(FLAG, value, "hone.flag is \"" + value + "\", not true or false");
    }

    @Test
    void parse_choice_isOneOfThem() {
        assertThat(CHOICE.parse("json")).isEqualTo("json");
        assertRefused(CHOICE, "JSON", "hone.choice is \"JSON\", not one of plain, json");
    }

    @Test
    void parse_text_isTakenWithoutTheSpacesAround() {
        assertThat(TEXT.parse("  a b\n")).isEqualTo("a b");
        assertThat(TEXT.parse("")).isEmpty();
    }

    @Test
    void parse_secretOutOfRange_isNotShown() {
        assertRefused(
                PAUSE.kept(), "77777777", "hone.pause-ms is (not shown), not a whole number from 10 to 600000 ms");
    }

    @Test
    void variants_changeTheirOwnFlagAlone() {
        assertThat(PAUSE.needsRestart()).returns(true, Setting::restart).returns(true, Setting::editable);
        assertThat(PAUSE.fixedAtStart()).returns(true, Setting::restart).returns(false, Setting::editable);
        assertThat(PAUSE.fixedAtStart().kept())
                .returns(true, Setting::restart)
                .returns(false, Setting::editable)
                .returns(true, Setting::secret);
        assertThat(PAUSE).returns(false, Setting::restart).returns(false, Setting::secret);
    }

    @ParameterizedTest
    @MethodSource("all")
    void catalogue_default_isInItsOwnRange(Setting<?> setting) {
        assertThat((Object) setting.parse(setting.defaultValue().toString())).isEqualTo(setting.defaultValue());
    }

    @ParameterizedTest
    @MethodSource("all")
    void catalogue_key_isWordsWithItsUnit(Setting<?> setting) {
        assertThat(setting.key()).matches("hone(\\.[a-z]+(-[a-z]+)*)+");
        assertThat(setting.description()).matches("[A-Z].*\\.");
        assertThat(SettingsCatalogue.find(setting.key())).containsSame(setting);
        if (setting.unit() != null) {
            assertThat(setting.key())
                    .endsWith(
                            switch (setting.unit()) {
                                case "s" -> "-seconds";
                                case "h" -> "-hours";
                                default -> "-" + setting.unit();
                            });
        }
    }

    @Test
    void catalogue_environmentNames_areDistinct() {
        assertThat(SettingsCatalogue.ALL).extracting(Setting::environmentName).doesNotHaveDuplicates();
        assertThat(SettingsCatalogue.ALL).extracting(Setting::key).doesNotHaveDuplicates();
    }

    @Test
    void environmentName_dotsAndDashes_areUnderscores() {
        assertThat(SettingsCatalogue.WRITE_TIMEOUT.environmentName()).isEqualTo("HONE_DATABASE_WRITE_TIMEOUT_MS");
        assertThat(SettingsCatalogue.SLOW_REQUEST.environmentName()).isEqualTo("HONE_SLOW_REQUEST_MS");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hone.slow-requests-ms", "hone.slow-request", "hone.slow.request-ms", "slow-request-ms"})
    void unknown_typo_namesTheNearestKey(String typo) {
        assertThat(SettingsCatalogue.unknown(typo))
                .hasMessage("There is no setting " + typo + "; the nearest is hone.slow-request-ms")
                .returns(typo, InvalidSettingException::key);
    }

    private static void assertRefused(Setting<?> setting, String value, String message) {
        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(() -> setting.parse(value))
                .withMessage(message)
                .returns(setting.key(), InvalidSettingException::key);
    }
}
