package io.hone.gateway;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hone.audit.Audit;
import io.hone.cache.CacheCatalogue;
import io.hone.cache.CacheKey;
import io.hone.cache.Caches;
import io.hone.cache.Tags;
import io.hone.cache.TieredCache;
import io.hone.database.Database;
import io.hone.database.Transaction;
import io.hone.events.Events;
import io.hone.gateway.BudgetBody.Checked;
import io.hone.gateway.BudgetRepository.Stored;
import io.hone.gateway.Hold.Reservation;
import io.hone.http.Caller;
import io.hone.http.Cursor;
import io.hone.http.EntityTags;
import io.hone.http.Idempotency;
import io.hone.http.Json;
import io.hone.http.MergePatch;
import io.hone.http.Page;
import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import io.hone.http.Uuids;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Budgets: setting them, and spending from them. A call reserves what it may cost, is settled with what it did cost, or
 * is released. Thread-safe, and exact however many ask at the same time.
 */
@Singleton
public class Budgets {

    private static final int MOST_WINDOWS = 100;
    private static final int MOST_MODELS = 20;
    private static final int MOST_SESSIONS = 10;

    /** A budget as lists show it. */
    public record Listed(@JsonUnwrapped Budget budget, BudgetStatus status) {}

    private final BudgetRepository repository;
    private final Reservations reservations;
    private final CallRepository calls;
    private final Providers providers;
    private final Database database;
    private final Idempotency idempotency;
    private final Audit audit;
    private final Caches caches;
    private final Events events;
    private final Clock clock;
    private final TieredCache<BudgetHistory> histories;

    @Inject
    Budgets(
            BudgetRepository repository,
            Reservations reservations,
            CallRepository calls,
            Providers providers,
            Database database,
            Idempotency idempotency,
            Audit audit,
            Caches caches,
            Events events,
            Clock clock) {
        this.repository = repository;
        this.reservations = reservations;
        this.calls = calls;
        this.providers = providers;
        this.database = database;
        this.idempotency = idempotency;
        this.audit = audit;
        this.caches = caches;
        this.events = events;
        this.clock = clock;
        histories = caches.open(CacheCatalogue.BUDGET_HISTORY);
    }

    /** Whether any budget applies, blocking or not; from memory. */
    public boolean isBounded(Spender spender) {
        return reservations.isBounded(spender);
    }

    /**
     * Sets money aside for a call, in all budgets that apply or in none. Where none applies, nothing is written.
     *
     * @param model as it is asked for
     * @param estimate what the call may cost at most
     * @param longest until the call is settled: after that it is charged as estimated if it was sent, else released
     * @param sent whether the call goes out at once; else {@link #markSent} says when it does
     */
    public Hold reserve(Spender spender, String model, Money estimate, Duration longest, boolean sent) {
        return reservations.reserve(spender, model, estimate, longest, sent);
    }

    /** Notes that the call goes out now, before it does: the provider may charge for it from here on. */
    public void markSent(Reservation reservation) {
        reservations.markSent(reservation);
    }

    /**
     * Charges a call with what it did cost, in the windows in which it was reserved, and writes it into the ledger. It may
     * cost more than was set aside. Later calls for the same reservation change nothing, except that the true cost takes
     * the place of an estimate that was charged after the deadline.
     *
     * @param cost null where no price is known: the ledger says so, and nothing is charged
     * @return whether this call changed anything
     */
    public boolean settle(Reservation reservation, @Nullable Money cost, Usage usage) {
        return reservations.settle(reservation, cost, usage);
    }

    /** Gives back what was set aside for a call that was not sent. Harmless if it was released or settled before. */
    public void release(Reservation reservation) {
        reservations.release(reservation);
    }

    /**
     * Settles and releases many calls in one transaction, as {@link #settle} and {@link #release} would one after the
     * other. What it throws leaves none of them settled.
     *
     * @return how many of them changed anything
     */
    public int end(List<Ended> calls) {
        return reservations.end(calls);
    }

    /**
     * Settles reservations whose deadline is over, as after a crash: charged as estimated if the call was sent, else
     * released.
     *
     * @param most in one go, the oldest first
     * @return how many
     */
    public int expire(int most) {
        return reservations.expire(most);
    }

    /** Budgets in the order in which they were set, with how they are now. */
    public Page<Listed> list(
            @Nullable BudgetScope scope, @Nullable String subject, @Nullable String cursor, int limit) {
        Cursor position = Cursor.decode(cursor, "budgets", 1);
        long after = position == null ? 0 : position.number(0);
        Instant now = Instant.ofEpochMilli(clock.millis());
        return Page.of(
                        repository.list(scope, subject, after, limit + 1, now),
                        limit,
                        last -> new Cursor(
                                "budgets", List.of(Long.toString(last.stored().no()))))
                .map(spent -> new Listed(
                        spent.stored().budget(),
                        BudgetStatus.of(spent.stored().budget(), spent.spent(), spent.reserved(), spent.calls(), now)));
    }

    /** @throws ProblemException 404 if there is no such budget */
    public Budget find(UUID id) {
        return stored(id).budget();
    }

    /**
     * How a budget is now.
     *
     * @throws ProblemException 404 if there is no such budget
     */
    public BudgetStatus status(UUID id) {
        return reservations.status(stored(id));
    }

    /**
     * What became of a budget's money; up to five minutes old.
     *
     * @param days how many to look back, with today; 1 and up
     * @throws ProblemException 404 if there is no such budget
     */
    public BudgetHistory history(UUID id, int days) {
        Stored stored = stored(id);
        return histories.get(CacheKey.of(id, days), () -> read(stored, days));
    }

    private BudgetHistory read(Stored stored, int days) {
        Budget budget = stored.budget();
        Instant now = Instant.ofEpochMilli(clock.millis());
        LocalDate from = now.atZone(ZoneOffset.UTC).toLocalDate().minusDays(days - 1L);
        return new BudgetHistory(
                now,
                from,
                repository.windows(stored.no(), MOST_WINDOWS).stream()
                        .map(window -> new BudgetHistory.Window(
                                budget.window() == BudgetPeriod.TOTAL ? null : Instant.ofEpochMilli(window.beganAt()),
                                window.spent(),
                                window.reserved(),
                                window.calls()))
                        .toList(),
                calls.days(budget.scope(), budget.subject(), from),
                calls.models(budget.scope(), budget.subject(), from, MOST_MODELS),
                calls.sessions(budget.scope(), budget.subject(), from, MOST_SESSIONS));
    }

    private Stored stored(UUID id) {
        return repository.find(id).orElseThrow(() -> ProblemException.notFound("budget", id));
    }

    /**
     * Sets a budget. What was spent in its present window before it was set counts.
     *
     * @throws ProblemException 409 if there is one of the same scope, subject, window and action; 422 for an invalid body
     */
    public Budget create(Caller caller, BudgetBody body, Idempotency.@Nullable Key key) {
        Checked checked = body.check();
        if (checked.scope() == BudgetScope.PROVIDER
                && providers.find(checked.subject()).isEmpty()) {
            throw ProblemException.invalid("/subject", "is no provider");
        }
        Idempotency.Once<Budget> once =
                database.write(transaction -> idempotency.once(transaction, key, caller, Budget.class, () -> {
                    transaction.exclusive("budget " + BudgetRepository.subject(checked.scope(), checked.subject()));
                    Instant now = Instant.ofEpochMilli(clock.millis());
                    Budget budget = new Budget(
                            Uuids.create(),
                            checked.scope(),
                            checked.subject(),
                            checked.amountUsd(),
                            checked.window(),
                            checked.action(),
                            now,
                            caller.name(),
                            now,
                            1);
                    requireNew(transaction, budget);
                    long no = repository.insert(transaction, budget);
                    Instant began = budget.window().began(now);
                    Spending before = calls.sum(transaction, budget.scope(), budget.subject(), began);
                    repository.spend(transaction, no, began, before.costUsd().nano(), before.calls());
                    audit.write(
                            transaction,
                            caller,
                            "budget.created",
                            "budget",
                            budget.id().toString(),
                            detail(budget));
                    return budget;
                }));
        if (!once.repeated()) {
            tell(once.answer(), false);
        }
        return once.answer();
    }

    /**
     * Changes the amount or the action of a budget by a merge patch; holds for the next reservation.
     *
     * @param condition {@code If-Match}, or null
     * @throws ProblemException 404, 409, 412, or 422 for what would be invalid
     */
    public Budget change(Caller caller, UUID id, ObjectNode patch, @Nullable String condition) {
        record Outcome(Budget budget, boolean changed, List<BudgetWarned> warnings) {}
        Outcome outcome = database.write(transaction -> {
            Stored stored = repository.find(transaction, id).orElseThrow(() -> ProblemException.notFound("budget", id));
            Budget before = stored.budget();
            EntityTags.check(condition, before.version());
            Checked checked = Json.parse(MergePatch.apply(BudgetBody.of(before), patch), BudgetBody.class)
                    .check();
            if (checked.scope() != before.scope()
                    || !checked.subject().equals(before.subject())
                    || checked.window() != before.window()) {
                throw ProblemException.invalid(
                        "", "changes scope, subject or window, which stay; delete the budget and set another one");
            }
            if (checked.amountUsd().equals(before.amountUsd()) && checked.action() == before.action()) {
                return new Outcome(before, false, List.of());
            }
            Instant now = Instant.ofEpochMilli(clock.millis());
            Budget after = new Budget(
                    id,
                    before.scope(),
                    before.subject(),
                    checked.amountUsd(),
                    before.window(),
                    checked.action(),
                    before.createdAt(),
                    before.createdBy(),
                    now,
                    before.version() + 1);
            if (after.action() != before.action()) {
                transaction.exclusive("budget " + BudgetRepository.subject(after.scope(), after.subject()));
                requireNew(transaction, after);
            }
            repository.update(transaction, stored.no(), after);
            Instant began = after.window().began(now);
            List<BudgetWarned> warnings =
                    repository.window(transaction, stored.no(), began).isEmpty()
                            ? List.of()
                            : reservations.warning(transaction, new Stored(stored.no(), after), began);
            Map<String, Object> detail = detail(after);
            detail.put("old_amount_usd", before.amountUsd());
            detail.put("old_action", before.action());
            audit.write(transaction, caller, "budget.changed", "budget", id.toString(), detail);
            return new Outcome(after, true, warnings);
        });
        if (outcome.changed()) {
            tell(outcome.budget(), false);
            reservations.warn(outcome.warnings());
        }
        return outcome.budget();
    }

    /**
     * Deletes a budget with what is known of its windows; the calls stay in the ledger.
     *
     * @throws ProblemException 404 or 412
     */
    public void delete(Caller caller, UUID id, @Nullable String condition) {
        Budget deleted = database.write(transaction -> {
            Stored stored = repository.find(transaction, id).orElseThrow(() -> ProblemException.notFound("budget", id));
            EntityTags.check(condition, stored.budget().version());
            repository.delete(transaction, stored.no());
            audit.write(transaction, caller, "budget.deleted", "budget", id.toString(), detail(stored.budget()));
            return stored.budget();
        });
        tell(deleted, true);
    }

    private void requireNew(Transaction transaction, Budget budget) {
        if (repository.exists(transaction, budget)) {
            throw new ProblemException(
                    ProblemType.CONFLICT,
                    "The %s %s has a budget by %s that will %s already; PATCH changes its amount"
                            .formatted(budget.scope(), budget.subject(), budget.window(), budget.action()));
        }
    }

    private void tell(Budget budget, boolean deleted) {
        caches.invalidate(Tags.CONFIGURATION);
        reservations.outdate(budget.id());
        histories.outdate();
        events.fire(new BudgetChanged(budget.id(), budget.version(), deleted));
    }

    private static Map<String, Object> detail(Budget budget) {
        Map<String, Object> detail = new LinkedHashMap<>();
        detail.put("scope", budget.scope());
        detail.put("subject", budget.subject());
        detail.put("amount_usd", budget.amountUsd());
        detail.put("window", budget.window());
        detail.put("action", budget.action());
        return detail;
    }
}
