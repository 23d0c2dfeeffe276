package io.hone.gateway;

import io.hone.cache.CacheCatalogue;
import io.hone.cache.CacheKey;
import io.hone.cache.Caches;
import io.hone.cache.TieredCache;
import io.hone.database.Database;
import io.hone.database.Transaction;
import io.hone.events.Events;
import io.hone.gateway.BudgetRepository.Window;
import io.hone.gateway.CallRepository.Difference;
import io.hone.gateway.CallRepository.Entry;
import io.hone.gateway.CallRepository.Known;
import io.hone.gateway.Ended.Released;
import io.hone.gateway.Ended.Settled;
import io.hone.gateway.Hold.Refusal;
import io.hone.gateway.Hold.Reservation;
import io.hone.gateway.ReservationRepository.Part;
import io.hone.http.Uuids;
import io.hone.metrics.Metrics;
import io.micrometer.core.instrument.Counter;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Sets money aside and settles it. Rows are locked in one order (reservation, budgets by their number, windows), so that
 * nobody waits in a circle. Thread-safe.
 */
@Singleton
class Reservations {

    /** Percent of an amount that are told of. */
    private static final int NEARLY = 90;

    private static final int ALL = 100;

    /** Ends a transaction that must leave nothing behind. */
    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Refusal refusal;

        Refused(Refusal refusal) {
            super("A budget refuses", null, false, false);
            this.refusal = refusal;
        }
    }

    /** What a transaction did, to be told after it. */
    private record Told(Set<UUID> budgets, List<BudgetWarned> warnings) {

        Told() {
            this(new LinkedHashSet<>(), new ArrayList<>());
        }

        void touched(List<BudgetRepository.Stored> bound) {
            bound.forEach(stored -> budgets.add(stored.budget().id()));
        }
    }

    private final BudgetRepository budgets;
    private final ReservationRepository reservations;
    private final CallRepository calls;
    private final Database database;
    private final TieredCache<BudgetStatus> statuses;
    private final Events events;
    private final Clock clock;
    private final Counter reserved;
    private final Counter refused;
    private final Counter expired;
    private final Counter nearlySpent;
    private final Counter spentUp;

    @Inject
    Reservations(
            BudgetRepository budgets,
            ReservationRepository reservations,
            CallRepository calls,
            Database database,
            Caches caches,
            Events events,
            Clock clock,
            Metrics metrics) {
        this.budgets = budgets;
        this.reservations = reservations;
        this.calls = calls;
        this.database = database;
        this.events = events;
        this.clock = clock;
        statuses = caches.open(
                CacheCatalogue.BUDGET_STATUS,
                status -> status.resetsAt() == null
                        ? null
                        : Duration.ofMillis(Math.max(1, status.resetsAt().toEpochMilli() - clock.millis())),
                BudgetStatus::equals);
        reserved = counter(metrics, "reserved");
        refused = counter(metrics, "refused");
        expired = counter(metrics, "expired");
        nearlySpent = warnings(metrics, NEARLY);
        spentUp = warnings(metrics, ALL);
    }

    private static Counter warnings(Metrics metrics, int percent) {
        return Counter.builder("hone.budget.warnings")
                .description("Windows of budgets of which so much was spent, in percent")
                .tag("percent", Integer.toString(percent))
                .register(metrics.registry());
    }

    private static Counter counter(Metrics metrics, String result) {
        return Counter.builder("hone.budget.reservations")
                .description("Calls that a budget was asked for: reserved, refused, and not settled in time")
                .tag("result", result)
                .register(metrics.registry());
    }

    boolean isBounded(Spender spender) {
        Set<String> subjects = budgets.subjects();
        for (BudgetScope scope : BudgetScope.values()) {
            if (subjects.contains(BudgetRepository.subject(scope, spender.subject(scope)))) {
                return true;
            }
        }
        return false;
    }

    Hold reserve(Spender spender, String model, Money estimate, Duration longest, boolean sent) {
        Instant now = Instant.ofEpochMilli(clock.millis());
        UUID id = Uuids.create();
        Reservation unbounded = new Reservation(id, spender, model, estimate, now, false);
        if (!isBounded(spender)) {
            return unbounded;
        }
        Reservation bounded = new Reservation(id, spender, model, estimate, now, true);
        List<UUID> touched;
        try {
            touched = database.write(transaction -> {
                List<UUID> ids = new ArrayList<>();
                List<Part> parts = new ArrayList<>();
                for (BudgetRepository.Stored stored : budgets.applying(transaction, spender)) {
                    Budget budget = stored.budget();
                    Instant began = budget.window().began(now);
                    Money most = budget.action() == BudgetAction.BLOCK ? budget.amountUsd() : null;
                    if (!budgets.reserve(transaction, stored.no(), began, estimate, most)) {
                        throw new Refused(new Refusal(
                                budget, status(stored, budgets.window(transaction, stored.no(), began), now)));
                    }
                    ids.add(budget.id());
                    parts.add(new Part(stored.no(), began.toEpochMilli()));
                }
                reservations.insert(transaction, bounded, now.plus(longest), sent, parts);
                return ids;
            });
        } catch (Refused e) {
            refused.increment();
            return e.refusal;
        }
        reserved.increment();
        spent(touched);
        return bounded;
    }

    void markSent(Reservation reservation) {
        if (reservation.stored()) {
            database.write(transaction -> {
                reservations.markSent(transaction, reservation.id());
                return 0;
            });
        }
    }

    void release(Reservation reservation) {
        end(List.of(new Released(reservation)));
    }

    private boolean release(Transaction transaction, UUID id, List<BudgetRepository.Stored> bound, Told told) {
        Optional<ReservationRepository.Stored> found = reservations.find(transaction, id);
        if (found.isEmpty()) {
            return false;
        }
        giveBack(transaction, found.get().reservation());
        told.touched(bound);
        return true;
    }

    private void giveBack(Transaction transaction, Reservation reservation) {
        for (Part part : reservations.parts(transaction, reservation.id())) {
            budgets.release(transaction, part.budgetNo(), part.beganAt(), reservation.amountUsd());
        }
        reservations.delete(transaction, reservation.id());
    }

    boolean settle(Reservation reservation, @Nullable Money cost, Usage usage) {
        return end(List.of(new Settled(reservation, cost, usage))) == 1;
    }

    /** Settles and releases in one transaction, in that order. Returns how many changed anything. */
    int end(List<Ended> all) {
        List<Ended> due = all.stream()
                .filter(one -> one instanceof Settled || one.reservation().stored())
                .toList();
        if (due.isEmpty()) {
            return 0;
        }
        record Outcome(int changed, Told told) {}
        Outcome outcome = database.write(transaction -> {
            Told told = new Told();
            return new Outcome(end(transaction, due, told), told);
        });
        tell(outcome.told());
        return outcome.changed();
    }

    private int end(Transaction transaction, List<Ended> due, Told told) {
        // All of a kind at once, in its order: two that work through many calls must not wait for each other.
        Set<UUID> ids = new LinkedHashSet<>();
        Set<Spender> spenders = new LinkedHashSet<>();
        for (Ended one : due) {
            ids.add(one.reservation().id());
            spenders.add(one.reservation().spender());
        }
        transaction.exclusive(ids.stream().map(Reservations::lock).toList());
        Map<UUID, Known> known = calls.find(transaction, ids);
        Map<Spender, List<BudgetRepository.Stored>> bound = budgets.applying(transaction, spenders);
        Ledger ledger = new Ledger(calls);
        int changed = 0;
        for (Ended one : due) {
            Reservation reservation = one.reservation();
            List<BudgetRepository.Stored> its = bound.getOrDefault(reservation.spender(), List.of());
            if (one instanceof Settled settled) {
                Known before = known.get(reservation.id());
                if (before == null || before.expired()) {
                    Entry entry = entry(reservation, settled.cost(), settled.usage(), false);
                    charge(transaction, reservation, its, before, entry, ledger, told);
                    known.put(reservation.id(), new Known(entry.usage().model(), entry.cost(), false));
                    changed++;
                }
            } else if (release(transaction, reservation.id(), its, told)) {
                changed++;
            }
        }
        ledger.store(transaction);
        return changed;
    }

    /** Settles what nobody settled in time: charged if it was sent, else given back. */
    int expire(int most) {
        List<UUID> overdue = reservations.overdue(Instant.ofEpochMilli(clock.millis()), most);
        int settled = 0;
        for (UUID id : overdue) {
            Optional<Told> outcome = database.write(transaction -> {
                transaction.exclusive(lock(id));
                Optional<ReservationRepository.Stored> found = reservations.find(transaction, id);
                if (found.isEmpty()) {
                    return Optional.empty();
                }
                Reservation reservation = found.get().reservation();
                List<BudgetRepository.Stored> bound = budgets.applying(transaction, reservation.spender());
                Told told = new Told();
                if (!found.get().sent()) {
                    release(transaction, id, bound, told);
                    return Optional.of(told);
                }
                Usage unknown = Usage.answered(reservation.model(), 0, 0, 0, 0);
                Ledger ledger = new Ledger(calls);
                Entry entry = entry(reservation, reservation.amountUsd(), unknown, true);
                charge(transaction, reservation, bound, null, entry, ledger, told);
                ledger.store(transaction);
                return Optional.of(told);
            });
            if (outcome.isPresent()) {
                tell(outcome.get());
                expired.increment();
                settled++;
            }
        }
        return settled;
    }

    private static Entry entry(Reservation reservation, @Nullable Money cost, Usage usage, boolean late) {
        return new Entry(reservation.id(), reservation.at(), reservation.spender(), cost, usage, late);
    }

    /**
     * Charges a call to every budget that applies, whether it was reserved there or set since.
     *
     * @param known what was charged for it when its time was over
     */
    private void charge(
            Transaction transaction,
            Reservation reservation,
            List<BudgetRepository.Stored> bound,
            @Nullable Known known,
            Entry entry,
            Ledger ledger,
            Told told) {
        if (reservation.stored()) {
            giveBack(transaction, reservation);
        }
        long nano = nano(entry.cost()) - (known == null ? 0 : nano(known.cost()));
        for (BudgetRepository.Stored stored : bound) {
            Instant began = stored.budget().window().began(reservation.at());
            budgets.spend(transaction, stored.no(), began, nano, known == null ? 1 : 0);
            told.warnings().addAll(warning(transaction, stored, began));
        }
        if (known != null) {
            calls.delete(transaction, reservation.id());
            ledger.add(
                    reservation.at(),
                    reservation.spender(),
                    known.model(),
                    new Difference(-1, -1, 0, 0, 0, 0, -nano(known.cost()), 0));
        }
        ledger.add(entry);
        told.touched(bound);
    }

    /** What to tell of a window, where that is more than was told; noted as told. */
    List<BudgetWarned> warning(Transaction transaction, BudgetRepository.Stored stored, Instant began) {
        Window window = budgets.window(transaction, stored.no(), began).orElseThrow();
        int percent = percent(window.spent(), stored.budget().amountUsd());
        if (percent != window.warned()) {
            // Less than was told where the amount was raised: passing the same share again is news.
            budgets.warned(transaction, stored.no(), began, percent);
        }
        return percent <= window.warned()
                ? List.of()
                : List.of(new BudgetWarned(
                        stored.budget(),
                        percent,
                        window.spent(),
                        stored.budget().window().ends(began)));
    }

    private static int percent(Money spent, Money amount) {
        if (spent.nano() == 0) {
            return 0;
        }
        if (spent.compareTo(amount) >= 0) {
            return ALL;
        }
        // A tenth of an amount, so that nothing overflows.
        return spent.nano() >= amount.nano() - amount.nano() / 10 ? NEARLY : 0;
    }

    /** How a budget is now, from the cache if nothing was spent since. */
    BudgetStatus status(BudgetRepository.Stored stored) {
        return statuses.get(CacheKey.of(stored.budget().id()), () -> {
            Instant now = Instant.ofEpochMilli(clock.millis());
            Instant began = stored.budget().window().began(now);
            return status(stored, budgets.window(stored.no(), began), now);
        });
    }

    static BudgetStatus status(BudgetRepository.Stored stored, Optional<Window> window, Instant now) {
        return BudgetStatus.of(
                stored.budget(),
                window.map(Window::spent).orElse(Money.ZERO),
                window.map(Window::reserved).orElse(Money.ZERO),
                window.map(Window::calls).orElse(0L),
                now);
    }

    /** Makes the next question for a status read it anew. */
    void outdate(UUID budget) {
        statuses.remove(CacheKey.of(budget));
    }

    private void spent(List<UUID> touched) {
        if (!touched.isEmpty()) {
            touched.forEach(this::outdate);
            events.fire(new BudgetsSpent(touched));
        }
    }

    private static long nano(@Nullable Money cost) {
        return cost == null ? 0 : cost.nano();
    }

    private static String lock(UUID id) {
        return "call " + id;
    }

    private void tell(Told told) {
        spent(List.copyOf(told.budgets()));
        warn(told.warnings());
    }

    /** Tells of warnings, after what they are about is stored. */
    void warn(List<BudgetWarned> warnings) {
        for (BudgetWarned warning : warnings) {
            (warning.percent() == ALL ? spentUp : nearlySpent).increment();
            events.fire(warning);
        }
    }
}
