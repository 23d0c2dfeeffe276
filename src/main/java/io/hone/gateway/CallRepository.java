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
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** The {@code provider_call} table and its sums by day. Thread-safe. */
@Singleton
class CallRepository {

    /** A call of the ledger, as far as settling it again needs it. */
    record Known(String model, @Nullable Money cost, boolean expired) {}

    /**
     * A call as it comes into the ledger.
     *
     * @param cost null where no price is known
     * @param expired whether it was charged by its estimate, since nobody settled it in time
     */
    record Entry(
            UUID id, Instant at, Spender spender, @Nullable Money cost, Usage usage, boolean expired) {}

    /** Which sum of a day, in the order in which all lock them; empty texts for what is not named. */
    record Sum(long day, String account, String project, String session, String provider, String model)
            implements Comparable<Sum> {

        private static final Comparator<Sum> ORDER = Comparator.comparingLong(Sum::day)
                .thenComparing(Sum::account)
                .thenComparing(Sum::project)
                .thenComparing(Sum::session)
                .thenComparing(Sum::provider)
                .thenComparing(Sum::model);

        static Sum of(Instant at, Spender spender, String model) {
            return new Sum(
                    CallRepository.day(at),
                    spender.subject(BudgetScope.ACCOUNT),
                    spender.subject(BudgetScope.PROJECT),
                    spender.subject(BudgetScope.SESSION),
                    spender.subject(BudgetScope.PROVIDER),
                    model);
        }

        @Override
        public int compareTo(Sum other) {
            return ORDER.compare(this, other);
        }
    }

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

        Difference plus(Difference other) {
            return new Difference(
                    calls + other.calls,
                    failed + other.failed,
                    hits + other.hits,
                    unpriced + other.unpriced,
                    inputTokens + other.inputTokens,
                    outputTokens + other.outputTokens,
                    sum(cost, other.cost),
                    sum(saved, other.saved));
        }

        /** Neither is beyond the most that there is, so that nothing overflows. */
        private static long sum(long one, long other) {
            return Math.max(-Money.MOST_NANO, Math.min(Money.MOST_NANO, one + other));
        }

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

    /** Those of some calls that are in the ledger. */
    Map<UUID, Known> find(Transaction transaction, Collection<UUID> ids) {
        Map<UUID, Known> known = new HashMap<>();
        transaction
                .run("call.find", handle -> handle.createQuery(
                                "SELECT id, model, cost, expired FROM provider_call WHERE id IN (<ids>)")
                        .bindList("ids", ids.stream().map(UUID::toString).toList())
                        .map((row, context) -> {
                            long cost = row.getLong("cost");
                            Money charged = row.wasNull() ? null : new Money(cost);
                            return Map.entry(
                                    UUID.fromString(row.getString("id")),
                                    new Known(row.getString("model"), charged, row.getInt("expired") == 1));
                        })
                        .list())
                .forEach(entry -> known.put(entry.getKey(), entry.getValue()));
        return known;
    }

    /** Adds calls to the ledger, in that order. */
    void insert(Transaction transaction, List<Entry> entries) {
        transaction.run("call.insert", handle -> {
            PreparedBatch batch = handle.prepareBatch("""
                    INSERT INTO provider_call (id, at, account, project, session, provider, model, input_tokens,
                                               output_tokens, cost, cached, saved, status, duration_ms, expired)
                    VALUES (:id, :at, :account, :project, :session, :provider, :model, :input,
                            :output, :cost, :cached, :saved, :status, :duration, :expired)
                    """);
            for (Entry entry : entries) {
                Spender spender = entry.spender();
                Money cost = entry.cost();
                Usage usage = entry.usage();
                batch.bind("id", entry.id().toString())
                        .bind("at", entry.at().toEpochMilli())
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
                        .bind("expired", entry.expired() ? 1 : 0)
                        .add();
            }
            return IntStream.of(batch.execute()).sum();
        });
    }

    /** Removes a call that was charged by its estimate, to be put in as it really was. */
    void delete(Transaction transaction, UUID id) {
        transaction.run("call.delete", handle -> handle.createUpdate("DELETE FROM provider_call WHERE id = :id")
                .bind("id", id.toString())
                .execute());
    }

    /** Adds to sums of days, in the order in which they come: that in which all lock them. */
    void add(Transaction transaction, Map<Sum, Difference> differences) {
        transaction.run("call.add", handle -> {
            PreparedBatch batch = handle.prepareBatch("""
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
                    """);
            differences.forEach((sum, difference) -> batch.bind("day", sum.day())
                    .bind("account", sum.account())
                    .bind("project", sum.project())
                    .bind("session", sum.session())
                    .bind("provider", sum.provider())
                    .bind("model", sum.model())
                    .bind("calls", difference.calls())
                    .bind("failed", difference.failed())
                    .bind("hits", difference.hits())
                    .bind("unpriced", difference.unpriced())
                    .bind("input", difference.inputTokens())
                    .bind("output", difference.outputTokens())
                    .bind("cost", difference.cost())
                    .bind("saved", difference.saved())
                    .add());
            return IntStream.of(batch.execute()).sum();
        });
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
