package io.hone.responses;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Something that smart mode changed.
 *
 * @param at when
 * @param rule pattern of the rule
 * @param path template of the paths it is about; null for all of the rule
 * @param kind what was done
 * @param fromSeconds time to live before; null where it is not about one
 * @param toSeconds time to live since; null where it is not about one
 * @param reason what was observed, with its numbers
 */
public record Adaptation(
        Instant at,
        String rule,
        @Nullable String path,
        Kind kind,
        @Nullable Double fromSeconds,
        @Nullable Double toSeconds,
        String reason) {

    /** What was done. */
    public enum Kind {
        /** Answers are kept longer. */
        LONGER,
        /** Answers are kept for a shorter time. */
        SHORTER,
        /** The rule keeps nothing for a while. */
        LEFT_OUT,
        /** The rule keeps answers again, to see whether that is worth it by now. */
        ON_TRIAL,
        /** The trial was worth it. */
        KEPT;

        @JsonValue
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
