package io.hone.gateway;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a budget's money.
 *
 * @param from first day of {@code days}, {@code models} and {@code sessions}; UTC
 * @param windows newest first, at most 100, those in which something was spent
 * @param days oldest first, those on which something was called
 * @param models by provider and model, the dearest first, at most 20
 * @param sessions the dearest first, at most 10
 */
public record BudgetHistory(
        Instant generatedAt,
        LocalDate from,
        List<Window> windows,
        List<Day> days,
        List<Model> models,
        List<Session> sessions) {

    /** A window; its beginning is null for one that never ends. */
    public record Window(@Nullable Instant beganAt, Money spentUsd, Money reservedUsd, long calls) {}

    /** A day in UTC. */
    public record Day(LocalDate day, Spending spending) {}

    /** Calls of one model. */
    public record Model(String provider, String model, Spending spending) {}

    /** Calls of one session; its id is null for calls without one. */
    public record Session(@Nullable String id, Spending spending) {}

    public BudgetHistory {
        windows = List.copyOf(windows);
        days = List.copyOf(days);
        models = List.copyOf(models);
        sessions = List.copyOf(sessions);
    }
}
