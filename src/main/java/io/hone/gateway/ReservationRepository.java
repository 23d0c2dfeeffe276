package io.hone.gateway;

import io.hone.database.Database;
import io.hone.database.Transaction;
import io.hone.gateway.Hold.Reservation;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/** The {@code budget_reservation} table and that of its parts. Thread-safe. */
@Singleton
class ReservationRepository {

    /** A window that a reservation is a part of. */
    record Part(long budgetNo, long beganAt) {}

    /** A reservation as it is stored. */
    record Stored(Reservation reservation, boolean sent) {}

    private static final RowMapper<Stored> ROW = (row, context) -> new Stored(
            new Reservation(
                    UUID.fromString(row.getString("id")),
                    new Spender(
                            row.getString("account"),
                            absent(row.getString("project")),
                            row.getString("session").isEmpty() ? null : UUID.fromString(row.getString("session")),
                            row.getString("provider")),
                    row.getString("model"),
                    new Money(row.getLong("amount")),
                    Instant.ofEpochMilli(row.getLong("reserved_at")),
                    true),
            row.getInt("sent") == 1);

    private final Database database;

    @Inject
    ReservationRepository(Database database) {
        this.database = database;
    }

    void insert(Transaction transaction, Reservation reservation, Instant deadline, boolean sent, List<Part> parts) {
        Spender spender = reservation.spender();
        transaction.run("reservation.insert", handle -> handle.createUpdate("""
                        INSERT INTO budget_reservation (id, account, project, session, provider, model, amount,
                                                        reserved_at, deadline, sent)
                        VALUES (:id, :account, :project, :session, :provider, :model, :amount, :at, :deadline, :sent)
                        """)
                .bind("id", reservation.id().toString())
                .bind("account", spender.subject(BudgetScope.ACCOUNT))
                .bind("project", spender.subject(BudgetScope.PROJECT))
                .bind("session", spender.subject(BudgetScope.SESSION))
                .bind("provider", spender.subject(BudgetScope.PROVIDER))
                .bind("model", reservation.model())
                .bind("amount", reservation.amountUsd().nano())
                .bind("at", reservation.at().toEpochMilli())
                .bind("deadline", deadline.toEpochMilli())
                .bind("sent", sent ? 1 : 0)
                .execute());
        for (Part part : parts) {
            transaction.run("reservation.insert_part", handle -> handle.createUpdate("""
                            INSERT INTO budget_reservation_part (reservation_id, budget_no, began_at)
                            VALUES (:id, :no, :began)
                            """)
                    .bind("id", reservation.id().toString())
                    .bind("no", part.budgetNo())
                    .bind("began", part.beganAt())
                    .execute());
        }
    }

    Optional<Stored> find(Transaction transaction, UUID id) {
        return transaction.run("reservation.find", handle -> handle.createQuery("""
                        SELECT id, account, project, session, provider, model, amount, reserved_at, sent
                          FROM budget_reservation
                         WHERE id = :id
                        """)
                .bind("id", id.toString())
                .map(ROW)
                .findOne());
    }

    /** In the order in which windows are locked. */
    List<Part> parts(Transaction transaction, UUID id) {
        return transaction.run("reservation.parts", handle -> handle.createQuery("""
                        SELECT budget_no, began_at
                          FROM budget_reservation_part
                         WHERE reservation_id = :id
                         ORDER BY budget_no
                        """)
                .bind("id", id.toString())
                .map((row, context) -> new Part(row.getLong(1), row.getLong(2)))
                .list());
    }

    void markSent(Transaction transaction, UUID id) {
        transaction.run("reservation.sent", handle -> handle.createUpdate(
                        "UPDATE budget_reservation SET sent = 1 WHERE id = :id")
                .bind("id", id.toString())
                .execute());
    }

    void delete(Transaction transaction, UUID id) {
        for (String statement : List.of(
                "DELETE FROM budget_reservation_part WHERE reservation_id = :id",
                "DELETE FROM budget_reservation WHERE id = :id")) {
            transaction.run("reservation.delete", handle -> handle.createUpdate(statement)
                    .bind("id", id.toString())
                    .execute());
        }
    }

    /** Those whose deadline is over, the oldest first. */
    List<UUID> overdue(Instant now, int limit) {
        return database.read("reservation.overdue", handle -> handle.createQuery("""
                        SELECT id
                          FROM budget_reservation
                         WHERE deadline <= :now
                         ORDER BY deadline
                         LIMIT :limit
                        """)
                .bind("now", now.toEpochMilli())
                .bind("limit", limit)
                .map((row, context) -> UUID.fromString(row.getString(1)))
                .list());
    }

    private static @Nullable String absent(String text) {
        return text.isEmpty() ? null : text;
    }
}
