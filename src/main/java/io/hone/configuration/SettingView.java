package io.hone.configuration;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.hone.settings.Setting;
import io.hone.settings.Settings;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A setting as the interface shows it.
 *
 * @param value the value in force; null for a secret
 * @param source {@code default}, {@code file}, {@code environment}, {@code system} or {@code stored}
 * @param choices allowed words, or null where it is no choice
 * @param restart whether a change holds only after a restart
 * @param editable whether a value may be stored
 */
public record SettingView(
        String key,
        String type,
        @Nullable String unit,
        @JsonProperty("default") @Nullable Object defaultValue,
        @Nullable Object value,
        String source,
        @Nullable BigDecimal min,
        @Nullable BigDecimal max,
        @Nullable List<String> choices,
        boolean restart,
        boolean editable,
        String description) {

    static SettingView of(Settings.Value value) {
        Setting<?> setting = value.setting();
        return new SettingView(
                setting.key(),
                lower(setting.type()),
                setting.unit(),
                setting.secret() ? null : setting.defaultValue(),
                setting.secret() ? null : value.value(),
                lower(value.origin()),
                setting.min(),
                setting.max(),
                setting.choices().isEmpty() ? null : setting.choices(),
                setting.restart(),
                setting.editable(),
                setting.description());
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
