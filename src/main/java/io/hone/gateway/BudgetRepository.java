package io.hone.gateway;

import io.hone.cache.CacheCatalogue;
import io.hone.database.Database;
import io.hone.database.Transaction;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.cache.annotation.CacheResult;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/** The {@code budget} and {@code budget_window} tables. Thread-safe. */
@Singleton
class BudgetRepository {

    /**
     * A budget with the number its row has.
     *
     * @param no what windows and reservations refer to
     */
    record Stored(long no, Budget budget) {}

    /** A budget as a list shows it, with what is spent of it now. */
    record Spent(Stored stored, Money spent, Money reserved, long calls) {}

    /**
     * A window as it is.
     *
     * @param warned percent that was told of
     */
    record Window(long beganAt, Money spent, Money reserved, long calls, int warned) {}

    private static final String COLUMNS = "b.no, b.id, b.scope, b.subject, b.amount, b.time_window, b.action,"
            + " b.created_at, b.created_by, b.updated_at, b.version";

    private static final RowMapper<Stored> ROW = (row, context) -> new Stored(
            row.getLong("no"),
            new Budget(
                    UUID.fromString(row.getString("id")),
                    BudgetScope.of(row.getString("scope")),
                    row.getString("subject"),
                    new Money(row.getLong("amount")),
                    BudgetPeriod.of(row.getString("time_window")),
                    BudgetAction.of(row.getString("action")),
                    Instant.ofEpochMilli(row.getLong("created_at")),
                    row.getString("created_by"),
                    Instant.ofEpochMilli(row.getLong("updated_at")),
                    row.getLong("version")));

    private static final RowMapper<Window> WINDOW = (row, context) -> new Window(
            row.getLong("began_at"),
            new Money(row.getLong("spent")),
            new Money(row.getLong("reserved")),
            row.getLong("calls"),
            row.getInt("warned"));

    private final Database database;

    @Inject
    BudgetRepository(Database database) {
        this.database = database;
    }

    /** Whom and what there are budgets for, each as {@link #subject}. */
    @CacheResult(cacheName = CacheCatalogue.CONFIGURATION)
    Set<String> subjects() {
        return new HashSet<>(database.read(
                "budget.subjects", handle -> handle.createQuery("SELECT DISTINCT scope, subject FROM budget")
                        .map((row, context) -> subject(BudgetScope.of(row.getString(1)), row.getString(2)))
                        .list()));
    }

    /** How {@link #subjects} names one. */
    static String subject(BudgetScope scope, String subject) {
        return scope.label() + ' ' + subject;
    }

    Optional<Stored> find(UUID id) {
        return database.read("budget.find", handle -> find(handle, id, ""));
    }

    /** A budget as the transaction sees it, which nobody else changes or spends from until its end. */
    Optional<Stored> find(Transaction transaction, UUID id) {
        return transaction.run("budget.lock", handle -> find(handle, id, transaction.forUpdate()));
    }

    private static Optional<Stored> find(Handle handle, UUID id, String lock) {
        return handle.createQuery("SELECT %s FROM budget b WHERE b.id = :id%s".formatted(COLUMNS, lock))
                .bind("id", id.toString())
                .map(ROW)
                .findOne();
    }

    boolean exists(Transaction transaction, Budget like) {
        return transaction.run("budget.exists", handle -> handle.createQuery("""
                                SELECT EXISTS (SELECT 1 FROM budget
                                                WHERE scope = :scope AND subject = :subject
                                                  AND time_window = :window AND action = :action)
                                """)
                .bind("scope", like.scope().label())
                .bind("subject", like.subject())
                .bind("window", like.window().label())
                .bind("action", like.action().label())
                .mapTo(boolean.class)
                .one());
    }

    /** Budgets in the order in which they were set, after a number, with their present window. */
    List<Spent> list(@Nullable BudgetScope scope, @Nullable String subject, long after, int limit, Instant now) {
        Map<String, Object> bound = new LinkedHashMap<>();
        StringBuilder where = new StringBuilder("b.no > :after");
        if (scope != null) {
            where.append(" AND b.scope = :scope");
            bound.put("scope", scope.label());
        }
        if (subject != null) {
            where.append(" AND b.subject = :subject");
            bound.put("subject", subject);
        }
        return database.read("budget.list", handle -> handle.createQuery("""
                        SELECT %s, COALESCE(w.spent, 0) AS spent, COALESCE(w.reserved, 0) AS reserved,
                               COALESCE(w.calls, 0) AS calls
                          FROM budget b
                          LEFT JOIN budget_window w
                            ON w.budget_no = b.no
                           AND w.began_at = CASE b.time_window WHEN 'day' THEN :day WHEN 'month' THEN :month ELSE 0 END
                         WHERE %s
                         ORDER BY b.no
                         LIMIT :limit
                        """.formatted(COLUMNS, where))
                .bindMap(bound)
                .bind("after", after)
                .bind("day", BudgetPeriod.DAY.began(now).toEpochMilli())
                .bind("month", BudgetPeriod.MONTH.began(now).toEpochMilli())
                .bind("limit", limit)
                .map((row, context) -> new Spent(
                        ROW.map(row, context),
                        new Money(row.getLong("spent")),
                        new Money(row.getLong("reserved")),
                        row.getLong("calls")))
                .list());
    }

    /** Every budget that bounds a spender, in an order in which all lock them, so that nobody waits in a circle. */
    List<Stored> applying(Transaction transaction, Spender spender) {
        return transaction.run(
                "budget.applying", handle -> handle.createQuery("""
                        SELECT %s
                          FROM budget b
                         WHERE (b.scope = 'account' AND b.subject = :account)
                            OR (b.scope = 'project' AND b.subject = :project)
                            OR (b.scope = 'session' AND b.subject = :session)
                            OR (b.scope = 'provider' AND b.subject = :provider)
                         ORDER BY b.no%s
                        """.formatted(COLUMNS, transaction.forUpdate()))
                        .bind("account", spender.subject(BudgetScope.ACCOUNT))
                        .bind("project", spender.subject(BudgetScope.PROJECT))
                        .bind("session", spender.subject(BudgetScope.SESSION))
                        .bind("provider", spender.subject(BudgetScope.PROVIDER))
                        .map(ROW)
                        .list());
    }

    /** The same for many spenders; without those that none bounds. */
    Map<Spender, List<Stored>> applying(Transaction transaction, Collection<Spender> spenders) {
        Map<Spender, List<Stored>> applying = new HashMap<>();
        if (spenders.size() == 1) {
            Spender one = spenders.iterator().next();
            applying.put(one, applying(transaction, one));
            return applying;
        }
        List<Stored> all = transaction.run(
                "budget.applying_to_many", handle -> handle.createQuery("""
                        SELECT %s
                          FROM budget b
                         WHERE (b.scope = 'account' AND b.subject IN (<account>))
                            OR (b.scope = 'project' AND b.subject IN (<project>))
                            OR (b.scope = 'session' AND b.subject IN (<session>))
                            OR (b.scope = 'provider' AND b.subject IN (<provider>))
                         ORDER BY b.no%s
                        """.formatted(COLUMNS, transaction.forUpdate()))
                        .bindList("account", subjects(spenders, BudgetScope.ACCOUNT))
                        .bindList("project", subjects(spenders, BudgetScope.PROJECT))
                        .bindList("session", subjects(spenders, BudgetScope.SESSION))
                        .bindList("provider", subjects(spenders, BudgetScope.PROVIDER))
                        .map(ROW)
                        .list());
        for (Spender spender : spenders) {
            applying.put(
                    spender,
                    all.stream()
                            .filter(stored -> stored.budget()
                                    .subject()
                                    .equals(spender.subject(stored.budget().scope())))
                            .toList());
        }
        return applying;
    }

    private static List<String> subjects(Collection<Spender> spenders, BudgetScope scope) {
        return spenders.stream()
                .map(spender -> spender.subject(scope))
                .distinct()
                .toList();
    }

    /** Stores a budget; returns its number. */
    long insert(Transaction transaction, Budget budget) {
        return transaction.run("budget.insert", handle -> {
            handle.createUpdate("""
                            INSERT INTO budget (id, scope, subject, amount, time_window, action,
                                                created_at, created_by, updated_at, version)
                            VALUES (:id, :scope, :subject, :amount, :window, :action,
                                    :createdAt, :createdBy, :updatedAt, :version)
                            """)
                    .bind("id", budget.id().toString())
                    .bind("scope", budget.scope().label())
                    .bind("subject", budget.subject())
                    .bind("amount", budget.amountUsd().nano())
                    .bind("window", budget.window().label())
                    .bind("action", budget.action().label())
                    .bind("createdAt", budget.createdAt().toEpochMilli())
                    .bind("createdBy", budget.createdBy())
                    .bind("updatedAt", budget.updatedAt().toEpochMilli())
                    .bind("version", budget.version())
                    .execute();
            return handle.createQuery("SELECT no FROM budget WHERE id = :id")
                    .bind("id", budget.id().toString())
                    .mapTo(Long.class)
                    .one();
        });
    }

    void update(Transaction transaction, long no, Budget budget) {
        transaction.run("budget.update", handle -> handle.createUpdate("""
                        UPDATE budget
                           SET amount = :amount, action = :action, updated_at = :updatedAt, version = :version
                         WHERE no = :no
                        """)
                .bind("amount", budget.amountUsd().nano())
                .bind("action", budget.action().label())
                .bind("updatedAt", budget.updatedAt().toEpochMilli())
                .bind("version", budget.version())
                .bind("no", no)
                .execute());
    }

    /** Deletes a budget with its windows and its parts of reservations. */
    void delete(Transaction transaction, long no) {
        for (String statement : List.of(
                "DELETE FROM budget_window WHERE budget_no = :no",
                "DELETE FROM budget_reservation_part WHERE budget_no = :no",
                "DELETE FROM budget WHERE no = :no")) {
            transaction.run(
                    "budget.delete",
                    handle -> handle.createUpdate(statement).bind("no", no).execute());
        }
    }

    Optional<Window> window(long no, Instant began) {
        return database.read("budget.window", handle -> window(handle, no, began));
    }

    Optional<Window> window(Transaction transaction, long no, Instant began) {
        return transaction.run("budget.window", handle -> window(handle, no, began));
    }

    private static Optional<Window> window(Handle handle, long no, Instant began) {
        return handle.createQuery("""
                        SELECT began_at, spent, reserved, calls, warned
                          FROM budget_window
                         WHERE budget_no = :no AND began_at = :began
                        """)
                .bind("no", no)
                .bind("began", began.toEpochMilli())
                .map(WINDOW)
                .findOne();
    }

    /** Windows of a budget, newest first. */
    List<Window> windows(long no, int limit) {
        return database.read("budget.windows", handle -> handle.createQuery("""
                        SELECT began_at, spent, reserved, calls, warned
                          FROM budget_window
                         WHERE budget_no = :no
                         ORDER BY began_at DESC
                         LIMIT :limit
                        """)
                .bind("no", no)
                .bind("limit", limit)
                .map(WINDOW)
                .list());
    }

    /**
     * Sets money aside where there is enough of it; one statement, so that no two take the same.
     *
     * @param most what may be spent and reserved in all; null for no bound
     * @return whether it is set aside
     */
    boolean reserve(Transaction transaction, long no, Instant began, Money amount, @Nullable Money most) {
        return transaction.run("budget.reserve", handle -> handle.createUpdate("""
                                INSERT INTO budget_window (budget_no, began_at, spent, reserved, calls)
                                SELECT :no, :began, 0, :amount, 0
                                 WHERE :bounded = 0 OR (:most > 0 AND (:amount <= :most
                                       OR EXISTS (SELECT 1 FROM budget_window
                                                   WHERE budget_no = :no AND began_at = :began)))
                                ON CONFLICT (budget_no, began_at)
                                DO UPDATE SET reserved = budget_window.reserved + excluded.reserved
                                 WHERE :bounded = 0
                                    OR budget_window.spent + budget_window.reserved + excluded.reserved <= :most
                                """)
                        .bind("no", no)
                        .bind("began", began.toEpochMilli())
                        .bind("amount", amount.nano())
                        .bind("bounded", most == null ? 0 : 1)
                        .bind("most", most == null ? 0L : most.nano())
                        .execute())
                == 1;
    }

    /** Gives back what was set aside. */
    void release(Transaction transaction, long no, long began, Money amount) {
        transaction.run("budget.release", handle -> handle.createUpdate("""
                        UPDATE budget_window
                           SET reserved = reserved - :amount
                         WHERE budget_no = :no AND began_at = :began
                        """)
                .bind("no", no)
                .bind("began", began)
                .bind("amount", amount.nano())
                .execute());
    }

    /**
     * Adds to what is spent; never below nothing or above {@link Money#MOST_NANO}.
     *
     * @param nano difference
     */
    void spend(Transaction transaction, long no, Instant began, long nano, long calls) {
        transaction.run("budget.spend", handle -> handle.createUpdate("""
                        INSERT INTO budget_window (budget_no, began_at, spent, reserved, calls)
                        VALUES (:no, :began, CASE WHEN :nano < 0 THEN 0 ELSE :nano END, 0, :calls)
                        ON CONFLICT (budget_no, began_at)
                        DO UPDATE SET spent = CASE WHEN budget_window.spent + :nano < 0 THEN 0
                                                   WHEN budget_window.spent + :nano > :most THEN :most
                                                   ELSE budget_window.spent + :nano END,
                                      calls = budget_window.calls + excluded.calls
                        """)
                .bind("no", no)
                .bind("began", began.toEpochMilli())
                .bind("nano", nano)
                .bind("most", Money.MOST_NANO)
                .bind("calls", calls)
                .execute());
    }

    void warned(Transaction transaction, long no, Instant began, int percent) {
        transaction.run("budget.warned", handle -> handle.createUpdate(
                        "UPDATE budget_window SET warned = :percent WHERE budget_no = :no AND began_at = :began")
                .bind("percent", percent)
                .bind("no", no)
                .bind("began", began.toEpochMilli())
                .execute());
    }
}
