package io.hone.gateway;

import io.hone.database.Database;
import io.hone.database.Transaction;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The {@code provider_call} table and its sums by day. Thread-safe. */
@Singleton
class CallRepository {

    /** A call of the ledger, as far as settling it again needs it. */
    record Known(String model, @Nullable Money cost, boolean expired) {}

    /** What is added to the sums of a day; each may be negative where a call is corrected. */
    record Difference(
            long calls,
            long failed,
            long hits,
            long unpriced,
            long inputTokens,
            long outputTokens,
            long cost,
            long saved) {

        static Difference of(@Nullable Money cost, Usage usage) {
            return new Difference(
                    1,
                    usage.failed() ? 1 : 0,
                    usage.cached() ? 1 : 0,
                    cost == null ? 1 : 0,
                    usage.inputTokens(),
                    usage.outputTokens(),
                    cost == null ? 0 : cost.nano(),
                    usage.savedUsd().nano());
        }
    }

    private static final String SUMS = "SUM(calls) AS calls, SUM(failed) AS failed, SUM(hits) AS hits,"
            + " SUM(unpriced) AS unpriced, SUM(input_tokens) AS input_tokens, SUM(output_tokens) AS output_tokens,"
            + " SUM(cost) AS cost, SUM(saved) AS saved";

    private final Database database;

    @Inject
    CallRepository(Database database) {
        this.database = database;
    }

    Optional<Known> find(Transaction transaction, UUID id) {
        return transaction.run("call.find", handle -> handle.createQuery(
                        "SELECT model, cost, expired FROM provider_call WHERE id = :id")
                .bind("id", id.toString())
                .map((row, context) -> {
                    long cost = row.getLong("cost");
                    return new Known(
                            row.getString("model"), row.wasNull() ? null : new Money(cost), row.getInt("expired") == 1);
                })
                .findOne());
    }

    void insert(
            Transaction transaction,
            UUID id,
            Instant at,
            Spender spender,
            @Nullable Money cost,
            Usage usage,
            boolean expired) {
        transaction.run("call.insert", handle -> handle.createUpdate("""
                        INSERT INTO provider_call (id, at, account, project, session, provider, model, input_tokens,
                                                   output_tokens, cost, cached, saved, status, duration_ms, expired)
                        VALUES (:id, :at, :account, :project, :session, :provider, :model, :input,
                                :output, :cost, :cached, :saved, :status, :duration, :expired)
                        """)
                .bind("id", id.toString())
                .bind("at", at.toEpochMilli())
                .bind("account", spender.subject(BudgetScope.ACCOUNT))
                .bind("project", spender.subject(BudgetScope.PROJECT))
                .bind("session", spender.subject(BudgetScope.SESSION))
                .bind("provider", spender.subject(BudgetScope.PROVIDER))
                .bind("model", usage.model())
                .bind("input", usage.inputTokens())
                .bind("output", usage.outputTokens())
                .bind("cost", cost == null ? null : (Long) cost.nano())
                .bind("cached", usage.cached() ? 1 : 0)
                .bind("saved", usage.savedUsd().nano())
                .bind("status", usage.status())
                .bind("duration", usage.durationMs())
                .bind("expired", expired ? 1 : 0)
                .execute());
    }

    /** Removes a call that was charged by its estimate, to be put in as it really was. */
    void delete(Transaction transaction, UUID id) {
        transaction.run("call.delete", handle -> handle.createUpdate("DELETE FROM provider_call WHERE id = :id")
                .bind("id", id.toString())
                .execute());
    }

    /** Adds to the sums of the day. */
    void add(Transaction transaction, Instant at, Spender spender, String model, Difference difference) {
        transaction.run("call.add", handle -> handle.createUpdate("""
                        INSERT INTO provider_call_day (day, account, project, session, provider, model, calls, failed,
                                                       hits, unpriced, input_tokens, output_tokens, cost, saved)
                        VALUES (:day, :account, :project, :session, :provider, :model, :calls, :failed,
                                :hits, :unpriced, :input, :output, :cost, :saved)
                        ON CONFLICT (day, account, project, session, provider, model)
                        DO UPDATE SET calls = provider_call_day.calls + excluded.calls,
                                      failed = provider_call_day.failed + excluded.failed,
                                      hits = provider_call_day.hits + excluded.hits,
                                      unpriced = provider_call_day.unpriced + excluded.unpriced,
                                      input_tokens = provider_call_day.input_tokens + excluded.input_tokens,
                                      output_tokens = provider_call_day.output_tokens + excluded.output_tokens,
                                      cost = provider_call_day.cost + excluded.cost,
                                      saved = provider_call_day.saved + excluded.saved
                        """)
                .bind("day", day(at))
                .bind("account", spender.subject(BudgetScope.ACCOUNT))
                .bind("project", spender.subject(BudgetScope.PROJECT))
                .bind("session", spender.subject(BudgetScope.SESSION))
                .bind("provider", spender.subject(BudgetScope.PROVIDER))
                .bind("model", model)
                .bind("calls", difference.calls())
                .bind("failed", difference.failed())
                .bind("hits", difference.hits())
                .bind("unpriced", difference.unpriced())
                .bind("input", difference.inputTokens())
                .bind("output", difference.outputTokens())
                .bind("cost", difference.cost())
                .bind("saved", difference.saved())
                .execute());
    }

    /** What was spent from a day on, as a budget of that scope counts it. */
    Spending sum(Transaction transaction, BudgetScope scope, String subject, Instant from) {
        return transaction.run("call.sum", handle -> handle.createQuery(
                        "SELECT %s FROM provider_call_day WHERE %s = :subject AND day >= :day"
                                .formatted(SUMS, scope.label()))
                .bind("subject", subject)
                .bind("day", day(from))
                .map((row, context) -> spending(row))
                .one());
    }

    /** What a session came to in all. */
    Spending ofSession(UUID session) {
        return database.read("call.session", handle -> handle.createQuery(
                        "SELECT %s FROM provider_call_day WHERE session = :session".formatted(SUMS))
                .bind("session", session.toString())
                .map((row, context) -> spending(row))
                .one());
    }

    /** What sessions came to in all, by one read; those that nothing was called for are missing. */
    Map<UUID, Spending> ofSessions(Collection<UUID> sessions) {
        return database.read("call.sessions_compared", handle -> handle.createQuery("""
                        SELECT session, %s
                          FROM provider_call_day
                         WHERE session IN (<sessions>)
                         GROUP BY session
                        """.formatted(SUMS))
                .bindList("sessions", sessions.stream().map(UUID::toString).toList())
                .map((row, context) -> Map.entry(UUID.fromString(row.getString("session")), spending(row)))
                .collectToMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    List<BudgetHistory.Day> days(BudgetScope scope, String subject, LocalDate from) {
        return database.read("call.days", handle -> handle.createQuery("""
                        SELECT day, %s
                          FROM provider_call_day
                         WHERE %s = :subject AND day >= :day
                         GROUP BY day
                         ORDER BY day
                        """.formatted(SUMS, scope.label()))
                .bind("subject", subject)
                .bind("day", from.toEpochDay())
                .map((row, context) -> new BudgetHistory.Day(LocalDate.ofEpochDay(row.getLong("day")), spending(row)))
                .list());
    }

    List<BudgetHistory.Model> models(BudgetScope scope, String subject, LocalDate from, int limit) {
        return database.read("call.models", handle -> handle.createQuery("""
                        SELECT provider, model, %s
                          FROM provider_call_day
                         WHERE %s = :subject AND day >= :day
                         GROUP BY provider, model
                         ORDER BY SUM(cost) DESC, provider, model
                         LIMIT :limit
                        """.formatted(SUMS, scope.label()))
                .bind("subject", subject)
                .bind("day", from.toEpochDay())
                .bind("limit", limit)
                .map((row, context) ->
                        new BudgetHistory.Model(row.getString("provider"), row.getString("model"), spending(row)))
                .list());
    }

    List<BudgetHistory.Session> sessions(BudgetScope scope, String subject, LocalDate from, int limit) {
        return database.read("call.sessions", handle -> handle.createQuery("""
                        SELECT session, %s
                          FROM provider_call_day
                         WHERE %s = :subject AND day >= :day
                         GROUP BY session
                         ORDER BY SUM(cost) DESC, session
                         LIMIT :limit
                        """.formatted(SUMS, scope.label()))
                .bind("subject", subject)
                .bind("day", from.toEpochDay())
                .bind("limit", limit)
                .map((row, context) -> new BudgetHistory.Session(
                        row.getString("session").isEmpty() ? null : row.getString("session"), spending(row)))
                .list());
    }

    /** Forgets calls before a time; the sums of their days stay. Returns how many. */
    int forget(Transaction transaction, Instant before, int limit) {
        return transaction.run("call.forget", handle -> handle.createUpdate("""
                        DELETE FROM provider_call
                         WHERE no IN (SELECT no FROM provider_call WHERE at < :before ORDER BY at LIMIT :limit)
                        """)
                .bind("before", before.toEpochMilli())
                .bind("limit", limit)
                .execute());
    }

    private static long day(Instant at) {
        return at.atZone(ZoneOffset.UTC).toLocalDate().toEpochDay();
    }

    private static Spending spending(ResultSet row) throws SQLException {
        return new Spending(
                row.getLong("calls"),
                row.getLong("failed"),
                row.getLong("hits"),
                row.getLong("unpriced"),
                row.getLong("input_tokens"),
                row.getLong("output_tokens"),
                money(row, "cost"),
                money(row, "saved"));
    }

    private static Money money(ResultSet row, String column) throws SQLException {
        return new Money(Math.max(0, Math.min(Money.MOST_NANO, row.getLong(column))));
    }
}
