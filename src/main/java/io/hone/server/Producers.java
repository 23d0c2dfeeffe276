package io.hone.server;

import io.hone.settings.Setting;
import io.hone.settings.SettingSource;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import io.hone.settings.StartSources;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

/** What the beans need and no class of ours is. */
@Dependent
class Producers {

    /**
     * The settings: system properties, environment and file first, then whatever else the server's MicroProfile Config
     * knows, such as a folder of secrets.
     *
     * @throws io.hone.settings.InvalidSettingException for an unknown key or a value that cannot be used
     */
    @Produces
    @Singleton
    Settings settings() {
        StartSources sources = StartSources.ofProcess();
        for (String key : sources.unknownKeys()) {
            throw SettingsCatalogue.unknown(key);
        }
        return Settings.from(setting -> lookup(sources, setting));
    }

    @Produces
    @Singleton
    Clock clock() {
        return Clock.systemUTC();
    }

    private static SettingSource.@Nullable RawValue lookup(StartSources sources, Setting<?> setting) {
        SettingSource.RawValue value = sources.lookup(setting);
        if (value != null) {
            return value;
        }
        return ConfigProvider.getConfig()
                .getOptionalValue(setting.key(), String.class)
                .map(other -> new SettingSource.RawValue(other, SettingSource.Origin.SYSTEM))
                .orElse(null);
    }
}
