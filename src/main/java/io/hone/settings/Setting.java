package io.hone.settings;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One thing Hone can be told: its key, type, unit, default and allowed range.
 *
 * @param <T> {@code Long}, {@code Double}, {@code Boolean} or {@code String}
 * @param key {@code hone.} and words in lower case; a key with a number ends in its unit
 * @param type how the value is written and shown
 * @param unit unit of a number, or null
 * @param defaultValue used where nothing else is said
 * @param min least allowed number, or null where there is no range
 * @param max greatest allowed number, or null where there is no range
 * @param choices allowed values of a {@link Type#CHOICE}, else empty
 * @param restart whether a change holds only after a restart
 * @param editable whether a value may be stored; false for what must be known before the database is open
 * @param secret whether the value must never be shown
 * @param description one sentence for the people who set it
 */
public record Setting<T>(
        String key,
        Type type,
        @Nullable String unit,
        T defaultValue,
        @Nullable BigDecimal min,
        @Nullable BigDecimal max,
        List<String> choices,
        boolean restart,
        boolean editable,
        boolean secret,
        String description) {

    /** How a value is written: whole number, decimal number, {@code true} or {@code false}, text, one of a few words. */
    public enum Type {
        INTEGER,
        NUMBER,
        BOOLEAN,
        STRING,
        CHOICE
    }

    public Setting {
        requireNonNull(key, "key");
        requireNonNull(defaultValue, "defaultValue");
        choices = List.copyOf(choices);
    }

    static Setting<Long> integer(
            String key, @Nullable String unit, long value, long min, long max, String description) {
        return new Setting<>(
                key,
                Type.INTEGER,
                unit,
                value,
                BigDecimal.valueOf(min),
                BigDecimal.valueOf(max),
                List.of(),
                false,
                true,
                false,
                description);
    }

    static Setting<Double> number(String key, double value, double min, double max, String description) {
        return new Setting<>(
                key,
                Type.NUMBER,
                null,
                value,
                BigDecimal.valueOf(min),
                BigDecimal.valueOf(max),
                List.of(),
                false,
                true,
                false,
                description);
    }

    static Setting<Boolean> flag(String key, boolean value, String description) {
        return new Setting<>(key, Type.BOOLEAN, null, value, null, null, List.of(), false, true, false, description);
    }

    static Setting<String> text(String key, String value, String description) {
        return new Setting<>(key, Type.STRING, null, value, null, null, List.of(), false, true, false, description);
    }

    static Setting<String> choice(String key, String value, List<String> choices, String description) {
        return new Setting<>(key, Type.CHOICE, null, value, null, null, choices, false, true, false, description);
    }

    /** The same setting, whose changes hold only after a restart. */
    Setting<T> needsRestart() {
        return new Setting<>(key, type, unit, defaultValue, min, max, choices, true, editable, secret, description);
    }

    /** The same setting, needed before the database is open: it comes from the file, environment or command line. */
    Setting<T> fixedAtStart() {
        return new Setting<>(key, type, unit, defaultValue, min, max, choices, true, false, secret, description);
    }

    /** The same setting, never shown. */
    Setting<T> kept() {
        return new Setting<>(key, type, unit, defaultValue, min, max, choices, restart, editable, true, description);
    }

    /** The environment variable of this setting, by the rule of MicroProfile Config: {@code HONE_SLOW_REQUEST_MS}. */
    public String environmentName() {
        return environmentName(key);
    }

    static String environmentName(String key) {
        return key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(java.util.Locale.ROOT);
    }

    /**
     * Reads a value.
     *
     * @throws InvalidSettingException naming the key, the value and the allowed range
     */
    public T parse(String raw) {
        String value = raw.strip();
        @SuppressWarnings("unchecked") // the factories above pair each type with its Java class
        T parsed = (T)
                switch (type) {
                    case INTEGER -> inRange(number(value, Long::valueOf), value);
                    case NUMBER -> inRange(number(value, Double::valueOf), value);
                    case BOOLEAN -> bool(value);
                    case STRING -> value;
                    case CHOICE -> chosen(value);
                };
        return parsed;
    }

    /** What is allowed, in words: {@code a whole number from 1 to 600000 ms}. */
    public String allowed() {
        return switch (type) {
            case INTEGER, NUMBER ->
                "%s from %s to %s%s"
                        .formatted(
                                type == Type.INTEGER ? "a whole number" : "a number",
                                min,
                                max,
                                unit == null ? "" : " " + unit);
            case BOOLEAN -> "true or false";
            case STRING -> "text";
            case CHOICE -> "one of " + String.join(", ", choices);
        };
    }

    private <N extends Number> N number(String value, Function<String, N> reader) {
        try {
            return reader.apply(value);
        } catch (NumberFormatException e) {
            throw refuse(value);
        }
    }

    private <N extends Number> N inRange(N number, String raw) {
        double value = number.doubleValue();
        if (!(value >= requireNonNull(min).doubleValue()
                && value <= requireNonNull(max).doubleValue())) {
            throw refuse(raw);
        }
        return number;
    }

    private Boolean bool(String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw refuse(value);
        };
    }

    private String chosen(String value) {
        if (!choices.contains(value)) {
            throw refuse(value);
        }
        return value;
    }

    private InvalidSettingException refuse(String value) {
        String shown = secret ? "(not shown)" : '"' + value + '"';
        return new InvalidSettingException(key, "%s is %s, not %s".formatted(key, shown, allowed()));
    }
}
