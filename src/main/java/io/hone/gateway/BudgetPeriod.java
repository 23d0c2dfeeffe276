package io.hone.gateway;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How long a budget lasts before it begins anew; by the calendar in UTC. */
public enum BudgetPeriod {
    DAY,
    MONTH,
    TOTAL;

    /** The one of a label that the database holds. */
    public static BudgetPeriod of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }

    /** As JSON and the database have it. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** When the window of a moment began; the epoch for one that never ends. */
    public Instant began(Instant moment) {
        LocalDate day = moment.atZone(ZoneOffset.UTC).toLocalDate();
        return switch (this) {
            case DAY -> start(day);
            case MONTH -> start(day.withDayOfMonth(1));
            case TOTAL -> Instant.EPOCH;
        };
    }

    /** When the window of a moment ends and the next begins; null for one that never ends. */
    public @Nullable Instant ends(Instant moment) {
        LocalDate day = moment.atZone(ZoneOffset.UTC).toLocalDate();
        return switch (this) {
            case DAY -> start(day.plusDays(1));
            case MONTH -> start(day.withDayOfMonth(1).plusMonths(1));
            case TOTAL -> null;
        };
    }

    private static Instant start(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    @Override
    public String toString() {
        return label();
    }
}
