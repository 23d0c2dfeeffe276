package io.hone.settings;

import io.hone.settings.SettingSource.Origin;
import io.hone.settings.SettingSource.RawValue;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The value every setting has now. Reading one is a volatile read and a map look-up, so hot paths may ask each time.
 *
 * <p>Thread-safe.
 */
public final class Settings {

    /** A value with where it comes from. */
    public record Value(Setting<?> setting, Object value, Origin origin) {}

    private final Map<String, Value> atStart;
    private volatile Map<String, Value> current;

    private Settings(Map<String, Value> atStart) {
        this.atStart = atStart;
        this.current = atStart;
    }

    /**
     * Reads every setting from a source, falling back to its default.
     *
     * @throws InvalidSettingException for the first value that cannot be used
     */
    public static Settings from(SettingSource source) {
        Map<String, Value> values = new LinkedHashMap<>();
        for (Setting<?> setting : SettingsCatalogue.ALL) {
            RawValue raw = source.lookup(setting);
            values.put(
                    setting.key(),
                    raw == null
                            ? new Value(setting, setting.defaultValue(), Origin.DEFAULT)
                            : new Value(setting, setting.parse(raw.value()), raw.origin()));
        }
        return new Settings(values);
    }

    /**
     * Reads the sources of this process and refuses unknown keys.
     *
     * @throws InvalidSettingException for the first key or value that cannot be used
     */
    public static Settings ofProcess() {
        StartSources sources = StartSources.ofProcess();
        for (String key : sources.unknownKeys()) {
            throw SettingsCatalogue.unknown(key);
        }
        return from(sources);
    }

    /** The defaults, for tests and tools. */
    public static Settings defaults() {
        return from(setting -> null);
    }

    @SuppressWarnings("unchecked") // values were read by the setting itself
    public <T> T get(Setting<T> setting) {
        return (T) value(setting).value();
    }

    /** A setting in milliseconds, seconds or hours as a duration. */
    public Duration duration(Setting<Long> setting) {
        long amount = get(setting);
        return switch (setting.unit() == null ? "" : setting.unit()) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "h" -> Duration.ofHours(amount);
            default -> throw new IllegalArgumentException(setting.key() + " is no duration");
        };
    }

    /** The value of a setting with where it comes from. */
    public Value value(Setting<?> setting) {
        Value value = current.get(setting.key());
        if (value == null) {
            throw new IllegalArgumentException("No setting " + setting.key());
        }
        return value;
    }

    /**
     * Takes over a stored value, or forgets it.
     *
     * @param raw the value as stored; null to fall back to what the process was started with
     * @throws InvalidSettingException if the value is out of range; nothing changes then
     */
    public synchronized void store(Setting<?> setting, @Nullable String raw) {
        Map<String, Value> next = new LinkedHashMap<>(current);
        Value fallback = atStart.get(setting.key());
        if (raw != null) {
            next.put(setting.key(), new Value(setting, setting.parse(raw), Origin.STORED));
        } else if (fallback != null) {
            next.put(setting.key(), fallback);
        }
        current = next;
    }
}
