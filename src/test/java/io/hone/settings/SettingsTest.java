package io.hone.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.hone.settings.SettingSource.Origin;
import io.hone.settings.SettingSource.RawValue;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SettingsTest {

    @Test
    void defaults_everySetting_hasItsDefault() {
        Settings settings = Settings.defaults();
        assertThat(SettingsCatalogue.ALL).allSatisfy(setting -> assertThat(settings.value(setting))
                .isEqualTo(new Settings.Value(setting, setting.defaultValue(), Origin.DEFAULT)));
    }

    @Test
    void from_source_keepsValueAndOrigin() {
        Settings settings = Settings.from(
                setting -> setting == SettingsCatalogue.PORT ? new RawValue(" 9090 ", Origin.ENVIRONMENT) : null);
        assertThat(settings.get(SettingsCatalogue.PORT)).isEqualTo(9_090);
        assertThat(settings.value(SettingsCatalogue.PORT).origin()).isEqualTo(Origin.ENVIRONMENT);
        assertThat(settings.value(SettingsCatalogue.HOST).origin()).isEqualTo(Origin.DEFAULT);
    }

    @Test
    void from_badValue_isRefused() {
        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(() -> Settings.from(
                        setting -> setting == SettingsCatalogue.PORT ? new RawValue("0", Origin.FILE) : null))
                .withMessage("hone.port is \"0\", not a whole number from 1 to 65535");
    }

    @Test
    void store_value_winsUntilForgotten() {
        Settings settings = Settings.from(
                setting -> setting == SettingsCatalogue.SLOW_REQUEST ? new RawValue("50", Origin.FILE) : null);
        settings.store(SettingsCatalogue.SLOW_REQUEST, "70");
        assertThat(settings.value(SettingsCatalogue.SLOW_REQUEST))
                .isEqualTo(new Settings.Value(SettingsCatalogue.SLOW_REQUEST, 70L, Origin.STORED));
        settings.store(SettingsCatalogue.LOG_FORMAT, "json");
        settings.store(SettingsCatalogue.SLOW_REQUEST, null);
        assertThat(settings.value(SettingsCatalogue.SLOW_REQUEST))
                .isEqualTo(new Settings.Value(SettingsCatalogue.SLOW_REQUEST, 50L, Origin.FILE));
        assertThat(settings.get(SettingsCatalogue.LOG_FORMAT)).isEqualTo("json");
    }

    @Test
    void store_badValue_changesNothing() {
        Settings settings = Settings.defaults();
        settings.store(SettingsCatalogue.SLOW_REQUEST, "70");
        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(() -> settings.store(SettingsCatalogue.SLOW_REQUEST, "0"));
        assertThat(settings.get(SettingsCatalogue.SLOW_REQUEST)).isEqualTo(70);
    }

    @Test
    void duration_byUnit_isConverted() {
        Settings settings = Settings.defaults();
        assertThat(settings.duration(SettingsCatalogue.SLOW_REQUEST)).isEqualTo(Duration.ofSeconds(1));
        assertThat(settings.duration(SettingsCatalogue.DASHBOARD_TTL)).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.duration(SettingsCatalogue.IDEMPOTENCY_RETENTION)).isEqualTo(Duration.ofDays(1));
    }

    @Test
    void duration_ofNoTime_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Settings.defaults().duration(SettingsCatalogue.PORT));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Settings.defaults().duration(SettingsCatalogue.MAX_BODY));
    }

    @Test
    void value_ofNoSetting_isRefused() {
        Setting<String> foreign = Setting.text("hone.foreign", "", "Not in the catalogue.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Settings.defaults().get(foreign));
    }
}
