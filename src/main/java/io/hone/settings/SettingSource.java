package io.hone.settings;

import org.jspecify.annotations.Nullable;

/** Where raw setting values come from. */
@FunctionalInterface
public interface SettingSource {

    /** Who said what a setting is; {@link #STORED} wins over all, being the latest decision. */
    enum Origin {
        DEFAULT,
        FILE,
        ENVIRONMENT,
        SYSTEM,
        STORED
    }

    /** A value as it was written, and by whom. */
    record RawValue(String value, Origin origin) {}

    /** The value of that setting, or null where this source says nothing. */
    @Nullable
    RawValue lookup(Setting<?> setting);
}
