package io.hone.gateway;

import static io.hone.audit.Refusals.assertInvalid;
import static io.hone.audit.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hone.audit.Audit;
import io.hone.audit.StoreContract;
import io.hone.gateway.Ended.Released;
import io.hone.gateway.Ended.Settled;
import io.hone.gateway.Hold.Refusal;
import io.hone.gateway.Hold.Reservation;
import io.hone.http.Idempotency;
import io.hone.http.MergePatch;
import io.hone.http.Page;
import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

abstract class BudgetsContract extends StoreContract {

    private static final UUID SESSION = UUID.fromString("019aa2f0-5c00-7000-8000-0123456789ab");
    private static final Spender ALL = new Spender("ada", "vision", SESSION, "openai");
    private static final Spender NOBODY = new Spender("bob", null, null, "openai");
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Usage USAGE = Usage.answered("gpt-4o", 100, 10, 200, 42);

    private Audit audit;
    private Budgets budgets;
    private Calls calls;

    @BeforeEach
    void build() {
        audit = new Audit(database, clock);
        restart();
        GatewayFixture.of(database, settings, events, clock)
                .providers()
                .create(
                        ADA,
                        new ProviderBody(
                                "openai",
                                ProviderKind.OPENAI,
                                "https://api.openai.com/v1",
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null),
                        null);
        restart();
        told.clear();
    }

    /** As a server that starts over the same database. */
    private void restart() {
        GatewayFixture fixture = GatewayFixture.of(database, settings, events, clock);
        budgets = fixture.budgets();
        calls = fixture.calls();
    }

    // Setting them

    @Test
    void create_readsBackAsAnswered() {
        Budget created = budget(BudgetScope.PROJECT, "vision", "12.500000001", BudgetPeriod.MONTH, BudgetAction.BLOCK);

        assertThat(created.amountUsd()).isEqualTo(Money.ofUsd("12.500000001"));
        assertThat(created.createdAt()).isEqualTo(NOON);
        assertThat(budgets.find(created.id())).isEqualTo(created);
        BudgetStatus status = new BudgetStatus(
                created.amountUsd(),
                Money.ZERO,
                Money.ZERO,
                created.amountUsd(),
                0,
                0,
                Instant.parse("2026-11-01T00:00:00Z"),
                Instant.parse("2026-12-01T00:00:00Z"));
        assertThat(budgets.status(created.id())).isEqualTo(status);
        assertThat(budgets.list(null, null, null, 10).items()).containsExactly(new Budgets.Listed(created, status));
        assertThat(told).containsExactly(new BudgetChanged(created.id(), 1, false));
        assertThat(actions(created)).containsExactly("budget.created by ada");
    }

    @Test
    void create_wrong_namesEveryPlace() {
        assertInvalid(
                () -> budgets.create(ADA, new BudgetBody(null, null, null, null, null), null),
                "/scope",
                "/subject",
                "/amount_usd",
                "/window");
        assertInvalid(() -> budget(BudgetScope.SESSION, "x", "1", BudgetPeriod.DAY, null), "/subject");
        assertInvalid(() -> budget(BudgetScope.PROVIDER, "nobody", "1", BudgetPeriod.DAY, null), "/subject");
        assertInvalid(() -> budget(BudgetScope.PROJECT, " ", "1", BudgetPeriod.DAY, null), "/subject");
        assertInvalid(() -> budget(BudgetScope.PROJECT, "p".repeat(101), "1", BudgetPeriod.DAY, null), "/subject");
        assertThat(budgets.list(null, null, null, 10).items()).isEmpty();
    }

    @Test
    void create_theSameAgain_isRefused_butBesidesIsNot() {
        Idempotency.Key key = new Idempotency.Key("POST /budgets k", "hash");
        BudgetBody body =
                new BudgetBody(BudgetScope.ACCOUNT, "ada", Money.ofUsd("1"), BudgetPeriod.DAY, BudgetAction.BLOCK);
        Budget first = budgets.create(ADA, body, key);

        assertThat(budgets.create(ADA, body, key)).isEqualTo(first);
        assertRefused(ProblemType.CONFLICT, () -> budgets.create(ADA, body, null));
        budget(BudgetScope.ACCOUNT, "ada", "1", BudgetPeriod.MONTH, BudgetAction.BLOCK);
        Budget warning = budget(BudgetScope.ACCOUNT, "ada", "1", BudgetPeriod.DAY, BudgetAction.WARN);
        assertRefused(ProblemType.CONFLICT, () -> change(warning, "{\"action\": \"block\"}", null));
        assertThat(budgets.list(null, null, null, 10).items()).hasSize(3);
    }

    @Test
    void create_countsWhatItsWindowSpentBefore() {
        call(ALL, "1.5");
        clock.advance(Duration.ofDays(1));
        call(ALL, "2");

        Budget day = budget(BudgetScope.ACCOUNT, "ada", "10", BudgetPeriod.DAY, BudgetAction.BLOCK);
        Budget month = budget(BudgetScope.SESSION, SESSION.toString(), "10", BudgetPeriod.MONTH, BudgetAction.BLOCK);
        Budget other = budget(BudgetScope.ACCOUNT, "bob", "10", BudgetPeriod.TOTAL, BudgetAction.BLOCK);

        assertThat(spent(day)).isEqualTo("2");
        assertThat(spent(month)).isEqualTo("3.5");
        assertThat(spent(other)).isEqualTo("0");
        assertThat(budgets.status(month.id()).calls()).isEqualTo(2);
    }

    @Test
    void change_holdsForTheNextReservation() {
        Budget budget = budget(BudgetScope.PROJECT, "vision", "1", BudgetPeriod.TOTAL, BudgetAction.BLOCK);
        call(ALL, "0.8");
        assertThat(reserve(ALL, "0.3")).isInstanceOf(Refusal.class);

        Budget changed = change(budget, "{\"amount_usd\": 2.000000001}", "\"v1\"");
        assertThat(changed.version()).isEqualTo(2);
        assertThat(changed.amountUsd()).isEqualTo(Money.ofUsd("2.000000001"));
        assertThat(budgets.status(budget.id()).remainingUsd()).isEqualTo(Money.ofUsd("1.200000001"));
        budgets.release((Reservation) reserve(ALL, "0.3"));
        change(budget, "{\"amount_usd\": \"0.5\"}", null);
        assertThat(reserve(ALL, "0.000000001")).isInstanceOf(Refusal.class);
        assertThat(budgets.status(budget.id()).remainingUsd()).isEqualTo(Money.ZERO);
        change(budget, "{\"action\": \"warn\"}", null);
        assertThat(reserve(ALL, "5")).isInstanceOf(Reservation.class);
        assertThat(change(budget, "{}", null).version()).isEqualTo(4);
        assertThat(actions(budget))
                .containsExactly(
                        "budget.created by ada",
                        "budget.changed by bob",
                        "budget.changed by bob",
                        "budget.changed by bob");
    }

    @Test
    void change_wrong_isRefused() {
        Budget budget = budget(BudgetScope.PROJECT, "vision", "1", BudgetPeriod.TOTAL, BudgetAction.BLOCK);

        assertInvalid(() -> change(budget, "{\"amount_usd\": null}", null), "/amount_usd");
        assertInvalid(() -> change(budget, "{\"amount_usd\": -1}", null), "/amount_usd");
        assertInvalid(() -> change(budget, "{\"amount\": 1}", null), "/amount");
        assertInvalid(() -> change(budget, "{\"window\": \"day\"}", null), "");
        assertInvalid(() -> change(budget, "{\"subject\": \"other\"}", null), "");
        assertRefused(ProblemType.PRECONDITION_FAILED, () -> change(budget, "{}", "\"v2\""));
        assertThat(budgets.find(budget.id())).isEqualTo(budget);
    }

    @Test
    void delete_letsCallsGoOn_andSettlesThem() {
        Budget budget = budget(BudgetScope.PROJECT, "vision", "1", BudgetPeriod.TOTAL, BudgetAction.BLOCK);
        Reservation open = (Reservation) reserve(ALL, "0.9");

        assertRefused(ProblemType.PRECONDITION_FAILED, () -> budgets.delete(BOB, budget.id(), "\"v9\""));
        budgets.delete(BOB, budget.id(), null);

        assertRefused(ProblemType.NOT_FOUND, () -> budgets.find(budget.id()));
        assertRefused(ProblemType.NOT_FOUND, () -> budgets.status(budget.id()));
        assertRefused(ProblemType.NOT_FOUND, () -> budgets.history(budget.id(), 30));
        assertRefused(ProblemType.NOT_FOUND, () -> budgets.delete(BOB, budget.id(), null));
        assertThat(((Reservation) reserve(ALL, "5")).stored()).isFalse();
        assertThat(budgets.settle(open, Money.ofUsd("0.7"), USAGE)).isTrue();
        assertThat(calls.ofSession(SESSION).costUsd()).isEqualTo(Money.ofUsd("0.7"));
        assertThat(count("budget_window") + count("budget_reservation") + count("budget_reservation_part"))
                .isZero();
    }

    @Test
    void list_pagesAndFilters() {
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.add(budget(BudgetScope.PROJECT, "p" + i, "1", BudgetPeriod.DAY, BudgetAction.BLOCK)
                    .id());
        }
        Budget account = budget(BudgetScope.ACCOUNT, "p1", "1", BudgetPeriod.DAY, BudgetAction.BLOCK);

        Page<Budgets.Listed> first = budgets.list(BudgetScope.PROJECT, null, null, 3);
        Page<Budgets.Listed> second = budgets.list(BudgetScope.PROJECT, null, first.nextCursor(), 3);
        assertThat(first.items()).extracting(listed -> listed.budget().id()).isEqualTo(ids.subList(0, 3));
        assertThat(second.items()).extracting(listed -> listed.budget().id()).isEqualTo(ids.subList(3, 5));
        assertThat(second.nextCursor()).isNull();
        assertThat(budgets.list(null, "p1", null, 10).items())
                .extracting(listed -> listed.budget().id())
                .containsExactly(ids.get(1), account.id());
        assertInvalid(() -> budgets.list(null, null, "x", 3), "?cursor");
    }

    // Spending

    @Test
    void reserve_whereNoBudgetApplies_writesNothing() {
        budget(BudgetScope.ACCOUNT, "ada", "1", BudgetPeriod.DAY, BudgetAction.BLOCK);

        Reservation free = (Reservation) reserve(NOBODY, "100");

        assertThat(free.stored()).isFalse();
        assertThat(budgets.isBounded(NOBODY)).isFalse();
        assertThat(budgets.isBounded(ALL)).isTrue();
        assertThat(count("budget_reservation")).isZero();
        budgets.release(free);
        budgets.markSent(free);
        assertThat(budgets.settle(free, Money.ofUsd("3"), USAGE)).isTrue();
        assertThat(count("provider_call")).isEqualTo(1);
    }

    @Test
    void reserve_holdsInAllBudgetsOrInNone() {
        Budget account = budget(BudgetScope.ACCOUNT, "ada", "10", BudgetPeriod.DAY, BudgetAction.BLOCK);
        Budget project = budget(BudgetScope.PROJECT, "vision", "10", BudgetPeriod.MONTH, BudgetAction.WARN);
        Budget session = budget(BudgetScope.SESSION, SESSION.toString(), "1", BudgetPeriod.TOTAL, BudgetAction.BLOCK);
        Budget provider = budget(BudgetScope.PROVIDER, "openai", "10", BudgetPeriod.DAY, BudgetAction.BLOCK);

        Reservation open = (Reservation) reserve(ALL, "0.75");
        Refusal refusal = (Refusal) reserve(ALL, "0.26");

        assertThat(refusal.budget().id()).isEqualTo(session.id());
        assertThat(refusal.status().remainingUsd()).isEqualTo(Money.ofUsd("0.25"));
        for (Budget budget : List.of(account, project, session, provider)) {
            assertThat(budgets.status(budget.id()).reservedUsd()).isEqualTo(Money.ofUsd("0.75"));
        }
        assertThat(budgets.settle(open, Money.ofUsd("0.5"), USAGE)).isTrue();
        for (Budget budget : List.of(account, project, session, provider)) {
            BudgetStatus status = budgets.status(budget.id());
            assertThat(status.reservedUsd()).isEqualTo(Money.ZERO);
            assertThat(status.spentUsd()).isEqualTo(Money.ofUsd("0.5"));
            assertThat(status.calls()).isEqualTo(1);
        }
        assertThat(reserve(ALL, "0.5")).isInstanceOf(Reservation.class);
    }

    @Test
    void refusal_isAProblemThatNamesTheBudgetAndWhenItResets() throws IOException {
        Budget budget = budget(BudgetScope.ACCOUNT, "ada", "1", BudgetPeriod.DAY, BudgetAction.BLOCK);

        ProblemException problem = ((Refusal) reserve(ALL, "1.5")).problem();

        assertThat(problem.type()).isEqualTo(ProblemType.BUDGET_EXHAUSTED);
        assertThat(problem.type().status()).isEqualTo(402);
        assertThat(problem.detail())
                .contains("account ada")
                .contains("1 of 1 USD left")
                .contains("2026-11-21T00:00:00.000Z");
        assertThat(budgets.status(budget.id()).resetsAt()).isEqualTo(Instant.parse("2026-11-21T00:00:00Z"));
    }

    @Test
    void reserve_ofABudgetOfNothing_isRefused_evenForNothing() {
        Budget budget = budget(BudgetScope.ACCOUNT, "ada", "0", BudgetPeriod.TOTAL, BudgetAction.BLOCK);

        assertThat(reserve(ALL, "0")).isInstanceOf(Refusal.class);
        assertThat(reserve(ALL, "0.000000001")).isInstanceOf(Refusal.class);
        assertThat(budgets.status(budget.id()).used()).isEqualTo(1);
        assertThat(((Refusal) reserve(ALL, "0")).problem().detail()).contains("never begins anew");
    }

    @Test
    void reserve_toTheLastBillionth_andNotBeyond() {
        budget(BudgetScope.ACCOUNT, "ada", "1", BudgetPeriod.DAY, BudgetAction.BLOCK);

        assertThat(reserve(ALL, "0.999999999")).isInstanceOf(Reservation.class);
        assertThat(reserve(ALL, "0.000000002")).isInstanceOf(Refusal.class);
        assertThat(reserve(ALL, "0.000000001")).isInstanceOf(Reservation.class);
        assertThat(reserve(ALL, "0")).isInstanceOf(Reservation.class);
        assertThat(reserve(ALL, "0.000000001")).isInstanceOf(Refusal.class);
    }

    @Test
    void settle_beyondTheEstimate_isRecordedTruly() {
        Budget budget = budget(BudgetScope.ACCOUNT, "ada", "1", BudgetPeriod.DAY, BudgetAction.BLOCK);
        Reservation open = (Reservation) reserve(ALL, "0.5");

        budgets.settle(open, Money.ofUsd("1.25"), USAGE);

        BudgetStatus status = budgets.status(budget.id());
        assertThat(status.spentUsd()).isEqualTo(Money.ofUsd("1.25"));
        assertThat(status.remainingUsd()).isEqualTo(Money.ZERO);
        assertThat(status.used()).isEqualTo(1.25);
        assertThat(reserve(ALL, "0.000000001")).isInstanceOf(Refusal.class);
    }

    @Test
    void settle_twice_isHarmless_andSoIsReleaseAfterwards() {
        Budget budget = budget(BudgetScope.ACCOUNT, "ada", "1", BudgetPeriod.DAY, BudgetAction.BLOCK);
        Reservation open = (Reservation) reserve(ALL, "0.5");

        assertThat(budgets.settle(open, Money.ofUsd("0.4"), USAGE)).isTrue();
        assertThat(budgets.settle(open, Money.ofUsd("0.9"), USAGE)).isFalse();
        budgets.release(open);
        budgets.release(open);

        assertThat(spent(budget)).isEqualTo("0.4");
        assertThat(budgets.status(budget.id()).reservedUsd()).isEqualTo(Money.ZERO);
        assertThat(count("provider_call")).isEqualTo(1);
    }

    @Test
    void settle_withoutAPrice_chargesNothingAndSaysSo() {
        Budget budget = budget(BudgetScope.ACCOUNT, "ada", "1", BudgetPeriod.DAY, BudgetAction.BLOCK);

        budgets.settle((Reservation) reserve(ALL, "0.5"), null, USAGE);

        assertThat(spent(budget)).isEqualTo("0");
        assertThat(calls.ofSession(SESSION)).isEqualTo(new Spending(1, 0, 0, 1, 100, 10, Money.ZERO, Money.ZERO));
    }

    @Test
    void release_givesBack() {
        Budget budget = budget(BudgetScope.ACCOUNT, "ada", "1", BudgetPeriod.DAY, BudgetAction.BLOCK);
        Reservation open = (Reservation) reserve(ALL, "1");
        assertThat(reserve(ALL, "1")).isInstanceOf(Refusal.class);

        budgets.release(open);

        assertThat(budgets.status(budget.id()).reservedUsd()).isEqualTo(Money.ZERO);
        assertThat(reserve(ALL, "1")).isInstanceOf(Reservation.class);
        assertThat(count("provider_call")).isZero();
    }

    @Test
    void reserve_thousandInParallel_neverPassesTheBudget() throws Exception {
        Budget budget = budget(BudgetScope.PROVIDER, "openai", "10", BudgetPeriod.MONTH, BudgetAction.BLOCK);
        Budget session = budget(BudgetScope.SESSION, SESSION.toString(), "7.5", BudgetPeriod.TOTAL, BudgetAction.BLOCK);
        int threads = 16;
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        List<Future<List<Reservation>>> futures = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            // Half of them for the session too, whose budget ends first.
            Spender spender = thread % 2 == 0 ? ALL : NOBODY;
            Callable<List<Reservation>> work = () -> {
                start.await();
                List<Reservation> held = new ArrayList<>();
                for (int i = 0; i < 1_008 / threads; i++) {
                    if (reserve(spender, "0.03") instanceof Reservation reservation) {
                        held.add(reservation);
                        if (i % 3 == 0) {
                            budgets.settle(reservation, Money.ofUsd("0.03"), USAGE);
                        }
                    }
                }
                return held;
            };
            futures.add(pool.submit(work));
        }
        start.countDown();
        Set<UUID> held = new HashSet<>();
        int ofSession = 0;
        for (Future<List<Reservation>> future : futures) {
            for (Reservation reservation : future.get()) {
                held.add(reservation.id());
                ofSession += reservation.spender().session() == null ? 0 : 1;
            }
        }
        pool.shutdown();

        assertThat(held).hasSize(333); // 333 × 0.03 = 9.99
        assertThat(ofSession).isLessThanOrEqualTo(250);
        for (Budget one : List.of(budget, session)) {
            BudgetStatus status = budgets.status(one.id());
            assertThat(status.spentUsd().plus(status.reservedUsd())).isLessThanOrEqualTo(one.amountUsd());
            assertConsistent(one);
        }
        assertThat(budgets.status(budget.id()).remainingUsd()).isEqualTo(Money.ofUsd("0.01"));
    }

    @Test
    void settle_inParallel_chargesOnce() throws Exception {
        Budget budget = budget(BudgetScope.ACCOUNT, "ada", "1", BudgetPeriod.DAY, BudgetAction.BLOCK);
        for (int round = 0; round < 10; round++) {
            Reservation open = (Reservation) reserve(ALL, "0.05");
            CountDownLatch start = new CountDownLatch(1);
            ExecutorService pool = Executors.newFixedThreadPool(4);
            List<Future<Boolean>> futures = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Callable<Boolean> work = () -> {
                    start.await();
                    return budgets.settle(open, Money.ofUsd("0.05"), USAGE);
                };
                futures.add(pool.submit(work));
            }
            start.countDown();
            int settled = 0;
            for (Future<Boolean> future : futures) {
                settled += future.get() ? 1 : 0;
            }
            pool.shutdown();
            assertThat(settled).isEqualTo(1);
        }
        assertThat(spent(budget)).isEqualTo("0.5");
        assertConsistent(budget);
    }

    // Many at once

    @Test
    void end_ofManyTogether_isAsOneByOne() {
        List<String> oneByOne = ended(all -> {
            int changed = 0;
            for (Ended one : all) {
                changed += budgets.end(List.of(one));
            }
            return changed;
        });
        empty();
        build();

        List<String> together = ended(all -> budgets.end(all));

        assertThat(together).isEqualTo(oneByOne);
        assertThat(together)
                .contains("changed 8")
                .contains("account 1 spent 1.15 reserved 0 calls 5", "provider 10 spent 1.65 reserved 0 calls 6")
                .contains("warned account 90", "warned account 100");
    }

    /** Calls that end in all ways there are, and what is stored of them. */
    private List<String> ended(Function<List<Ended>, Integer> end) {
        budget(BudgetScope.ACCOUNT, "ada", "1", BudgetPeriod.DAY, BudgetAction.WARN);
        budget(BudgetScope.PROVIDER, "openai", "10", BudgetPeriod.MONTH, BudgetAction.BLOCK);
        Spender elsewhere = new Spender("bob", null, null, "elsewhere");
        Duration hour = Duration.ofHours(1);
        List<Reservation> open = new ArrayList<>();
        for (Spender spender : List.of(ALL, ALL, NOBODY, ALL, elsewhere, ALL, ALL)) {
            open.add((Reservation) budgets.reserve(spender, "gpt-4o", Money.ofUsd("0.3"), hour, true));
        }
        Reservation late = (Reservation) budgets.reserve(ALL, "gpt-4o", Money.ofUsd("0.2"), MINUTE, true);
        clock.advance(MINUTE);
        assertThat(budgets.expire(10)).isEqualTo(1);
        told.clear();
        Usage failed = Usage.answered("gpt-4o", 5, 0, 500, 1);
        Usage dated = Usage.answered("gpt-4o-2024", 7, 8, 200, 1);
        int changed = end.apply(List.of(
                new Settled(open.get(0), Money.ofUsd("0.7"), USAGE),
                new Settled(open.get(1), Money.ofUsd("0.1"), dated),
                new Settled(open.get(1), Money.ofUsd("0.6"), USAGE),
                new Released(open.get(1)),
                new Settled(open.get(2), Money.ofUsd("0.5"), USAGE),
                new Released(open.get(3)),
                new Released(open.get(3)),
                new Settled(open.get(4), Money.ofUsd("9"), USAGE),
                new Settled(open.get(5), null, failed),
                new Settled(late, Money.ofUsd("0.1"), dated),
                new Settled(late, Money.ofUsd("0.1"), dated),
                new Settled(open.get(6), Money.ofUsd("0.25"), USAGE)));
        List<String> stored = new ArrayList<>();
        stored.add("changed " + changed);
        budgets.list(null, null, null, 10)
                .items()
                .forEach(listed -> stored.add("%s %s spent %s reserved %s calls %d"
                        .formatted(
                                listed.budget().scope(),
                                listed.budget().amountUsd(),
                                listed.status().spentUsd(),
                                listed.status().reservedUsd(),
                                listed.status().calls())));
        told(BudgetWarned.class)
                .forEach(warned ->
                        stored.add("warned %s %d".formatted(warned.budget().scope(), warned.percent())));
        for (String query : List.of(
                "SELECT account, session, provider, model, input_tokens, cost, status, expired FROM provider_call"
                        + " ORDER BY no",
                "SELECT account, session, provider, model, calls, failed, unpriced, input_tokens, output_tokens, cost"
                        + " FROM provider_call_day ORDER BY account, session, provider, model",
                "SELECT COUNT(*) FROM budget_reservation",
                "SELECT COUNT(*) FROM budget_reservation_part")) {
            stored.addAll(database.read("test.rows", handle -> handle.createQuery(query)
                    .map((row, context) -> {
                        List<String> values = new ArrayList<>();
                        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                            values.add(row.getString(i));
                        }
                        return String.join(
                                " ", values.stream().map(String::valueOf).toList());
                    })
                    .list()));
        }
        return stored;
    }

    @Test
    void end_withOneThatCannotBeStored_leavesAllAsTheyWere() {
        Budget budget = budget(BudgetScope.PROVIDER, "openai", "1", BudgetPeriod.DAY, BudgetAction.BLOCK);
        Reservation open = (Reservation) reserve(ALL, "0.5");
        Reservation wrong = new Reservation(
                UUID.randomUUID(), new Spender(null, null, null, "openai"), "gpt-4o", Money.ZERO, NOON, false);
        told.clear();

        assertThatThrownBy(() -> budgets.end(
                        List.of(new Settled(open, Money.ofUsd("0.95"), USAGE), new Settled(wrong, Money.ZERO, USAGE))))
                .isInstanceOf(RuntimeException.class);

        assertThat(told).isEmpty();
        assertThat(spent(budget)).isEqualTo("0");
        assertThat(budgets.status(budget.id()).reservedUsd()).isEqualTo(Money.ofUsd("0.5"));
        assertThat(count("provider_call") + count("provider_call_day")).isZero();
        assertThat(budgets.end(List.of(new Settled(open, Money.ofUsd("0.95"), USAGE))))
                .isEqualTo(1);
        assertThat(spent(budget)).isEqualTo("0.95");
    }

    @Test
    void end_inParallel_inOppositeOrders_waitsForNobodyInACircle() throws Exception {
        Spender other = new Spender("zoe", "alpha", null, "openai");
        for (String account : List.of("ada", "zoe")) {
            budget(BudgetScope.ACCOUNT, account, "100", BudgetPeriod.DAY, BudgetAction.BLOCK);
        }
        Budget shared = budget(BudgetScope.PROVIDER, "openai", "100", BudgetPeriod.DAY, BudgetAction.BLOCK);
        int rounds = 25;
        ExecutorService pool = Executors.newFixedThreadPool(3);
        List<Future<Integer>> futures = new ArrayList<>();
        for (int thread = 0; thread < 3; thread++) {
            List<Spender> order = thread == 0 ? List.of(ALL, other, ALL, other) : List.of(other, ALL, other, ALL);
            Callable<Integer> work = () -> {
                int changed = 0;
                for (int round = 0; round < rounds; round++) {
                    List<Ended> all = new ArrayList<>();
                    for (Spender spender : order) {
                        all.add(new Settled((Reservation) reserve(spender, "0.01"), Money.ofUsd("0.01"), USAGE));
                        calls.hit(spender, "gpt-4o", Money.ZERO);
                    }
                    changed += budgets.end(all);
                    calls.storeHits();
                }
                return changed;
            };
            futures.add(pool.submit(work));
        }
        int changed = 0;
        for (Future<Integer> future : futures) {
            changed += future.get();
        }
        pool.shutdown();

        assertThat(changed).isEqualTo(3 * rounds * 4);
        assertThat(spent(shared)).isEqualTo("3");
        assertThat(calls.ofSession(SESSION).cacheHits()).isEqualTo(3 * rounds * 2);
        assertConsistent(shared);
    }

    // Windows

    @Test
    void window_ofTheReservation_isCharged_whateverTheClockSaysWhenItIsSettled() {
        Budget budget = budget(BudgetScope.ACCOUNT, "ada", "1", BudgetPeriod.DAY, BudgetAction.BLOCK);
        clock.set(Instant.parse("2026-11-20T23:59:59.999Z"));
        Reservation before = (Reservation) reserve(ALL, "0.9");
        assertThat(reserve(ALL, "0.9")).isInstanceOf(Refusal.class);

        clock.advance(Duration.ofMillis(1));
        assertThat(budgets.status(budget.id()).resetsAt()).isEqualTo(Instant.parse("2026-11-22T00:00:00Z"));
        assertThat(reserve(ALL, "0.9")).isInstanceOf(Reservation.class);
        budgets.settle(before, Money.ofUsd("0.8"), USAGE);
        assertThat(spent(budget)).isEqualTo("0");
        assertThat(budgets.status(budget.id()).reservedUsd()).isEqualTo(Money.ofUsd("0.9"));

        // A clock that steps back goes on with the old window.
        clock.advance(Duration.ofMillis(-1));
        restart();
        assertThat(spent(budget)).isEqualTo("0.8");
        assertThat(reserve(ALL, "0.3")).isInstanceOf(Refusal.class);
        clock.advance(Duration.ofMillis(1));
        restart();
        assertThat(reserve(ALL, "0.2")).isInstanceOf(Refusal.class);
    }

    @Test
    void window_ofAMonth_endsWithIt() {
        Budget month = budget(BudgetScope.ACCOUNT, "ada", "1", BudgetPeriod.MONTH, BudgetAction.BLOCK);
        Budget total = budget(BudgetScope.PROJECT, "vision", "100", BudgetPeriod.TOTAL, BudgetAction.BLOCK);
        clock.set(Instant.parse("2028-02-29T23:59:59.999Z"));
        call(ALL, "1");
        assertThat(budgets.status(month.id()).resetsAt()).isEqualTo(Instant.parse("2028-03-01T00:00:00Z"));
        assertThat(reserve(ALL, "1")).isInstanceOf(Refusal.class);
        clock.advance(Duration.ofMillis(1));

        assertThat(reserve(ALL, "1")).isInstanceOf(Reservation.class);
        assertThat(spent(month)).isEqualTo("0");
        assertThat(spent(total)).isEqualTo("1");
        assertThat(budgets.status(total.id()).resetsAt()).isNull();
        assertThat(budgets.status(total.id()).windowBeganAt()).isNull();
    }

    // Crashes

    @Test
    void expire_afterACrash_leavesNothingStuck() {
        Budget budget = budget(BudgetScope.ACCOUNT, "ada", "1", BudgetPeriod.DAY, BudgetAction.BLOCK);
        budgets.reserve(ALL, "gpt-4o", Money.ofUsd("0.3"), MINUTE, true);
        budgets.reserve(ALL, "gpt-4o", Money.ofUsd("0.2"), MINUTE, false);
        Reservation marked = (Reservation) budgets.reserve(ALL, "gpt-4o", Money.ofUsd("0.1"), MINUTE, false);
        budgets.markSent(marked);
        budgets.reserve(ALL, "gpt-4o", Money.ofUsd("0.05"), Duration.ofMinutes(2), true);
        restart();

        assertThat(budgets.expire(10)).isZero();
        clock.advance(MINUTE);
        assertThat(budgets.expire(2)).isEqualTo(2);
        assertThat(budgets.expire(10)).isEqualTo(1);
        assertThat(budgets.expire(10)).isZero();

        BudgetStatus status = budgets.status(budget.id());
        assertThat(status.spentUsd()).isEqualTo(Money.ofUsd("0.4"));
        assertThat(status.reservedUsd()).isEqualTo(Money.ofUsd("0.05"));
        assertThat(count("provider_call")).isEqualTo(2);
        assertConsistent(budget);
        clock.advance(MINUTE);
        assertThat(budgets.expire(10)).isEqualTo(1);
        assertThat(count("budget_reservation") + count("budget_reservation_part"))
                .isZero();
        assertThat(budgets.status(budget.id()).reservedUsd()).isEqualTo(Money.ZERO);
    }

    @Test
    void settle_afterTheDeadline_putsTheTruthInPlaceOfTheEstimate() {
        Budget budget = budget(BudgetScope.SESSION, SESSION.toString(), "1", BudgetPeriod.DAY, BudgetAction.BLOCK);
        Reservation sent = (Reservation) budgets.reserve(ALL, "gpt-4o", Money.ofUsd("0.3"), MINUTE, true);
        Reservation unsent = (Reservation) budgets.reserve(ALL, "gpt-4o", Money.ofUsd("0.2"), MINUTE, false);
        clock.advance(MINUTE);
        budgets.expire(10);
        assertThat(spent(budget)).isEqualTo("0.3");

        assertThat(budgets.settle(sent, Money.ofUsd("0.1"), USAGE)).isTrue();
        assertThat(budgets.settle(sent, Money.ofUsd("0.1"), USAGE)).isFalse();
        assertThat(spent(budget)).isEqualTo("0.1");
        assertThat(calls.ofSession(SESSION))
                .isEqualTo(new Spending(1, 0, 0, 0, 100, 10, Money.ofUsd("0.1"), Money.ZERO));
        assertThat(budgets.settle(unsent, Money.ofUsd("0.25"), USAGE)).isTrue();
        assertThat(spent(budget)).isEqualTo("0.35");
        assertThat(budgets.status(budget.id()).calls()).isEqualTo(2);
        assertConsistent(budget);
    }

    // News

    @Test
    void warning_comesOnceForEachShareAndWindow() {
        Budget budget = budget(BudgetScope.ACCOUNT, "ada", "1", BudgetPeriod.DAY, BudgetAction.WARN);
        told.clear();

        call(ALL, "0.899999999");
        assertThat(told(BudgetWarned.class)).isEmpty();
        call(ALL, "0.000000001");
        call(ALL, "0.05");
        assertThat(told(BudgetWarned.class)).extracting(BudgetWarned::percent).containsExactly(90);
        call(ALL, "5");
        call(ALL, "1");
        assertThat(told(BudgetWarned.class)).extracting(BudgetWarned::percent).containsExactly(90, 100);
        assertThat(told(BudgetWarned.class).get(1))
                .isEqualTo(new BudgetWarned(budget, 100, Money.ofUsd("5.95"), Instant.parse("2026-11-21T00:00:00Z")));
        clock.advance(Duration.ofDays(1));
        call(ALL, "3");
        assertThat(told(BudgetWarned.class)).extracting(BudgetWarned::percent).containsExactly(90, 100, 100);
    }

    @Test
    void warning_afterAChangeOfTheAmount_isNewsAgain() {
        Budget budget = budget(BudgetScope.ACCOUNT, "ada", "1", BudgetPeriod.TOTAL, BudgetAction.BLOCK);
        call(ALL, "0.95");
        change(budget, "{\"amount_usd\": 10}", null);
        told.clear();

        call(ALL, "1");
        assertThat(told(BudgetWarned.class)).isEmpty();
        change(budget, "{\"amount_usd\": 1.95}", null);
        assertThat(told(BudgetWarned.class)).extracting(BudgetWarned::percent).containsExactly(100);
    }

    // What it came to

    @Test
    void history_tellsByWindowDayModelAndSession() {
        Budget budget = budget(BudgetScope.ACCOUNT, "ada", "10", BudgetPeriod.DAY, BudgetAction.BLOCK);
        call(ALL, "1");
        clock.advance(Duration.ofDays(1));
        call(ALL, "2");
        call(new Spender("ada", null, null, "other"), "0.5");
        reserve(ALL, "0.25");
        calls.hit(ALL, "gpt-4o", Money.ofUsd("0.75"));
        calls.storeHits();

        BudgetHistory history = budgets.history(budget.id(), 2);

        assertThat(history.from()).isEqualTo(LocalDate.parse("2026-11-20"));
        assertThat(history.windows())
                .containsExactly(
                        new BudgetHistory.Window(
                                Instant.parse("2026-11-21T00:00:00Z"), Money.ofUsd("2.5"), Money.ofUsd("0.25"), 2),
                        new BudgetHistory.Window(
                                Instant.parse("2026-11-20T00:00:00Z"), Money.ofUsd("1"), Money.ZERO, 1));
        assertThat(history.days())
                .extracting(day -> day.day() + " " + day.spending().costUsd() + " "
                        + day.spending().savedUsd())
                .containsExactly("2026-11-20 1 0", "2026-11-21 2.5 0.75");
        assertThat(history.models())
                .extracting(model -> model.provider() + " " + model.spending().costUsd())
                .containsExactly("openai 3", "other 0.5");
        assertThat(history.sessions()).extracting(BudgetHistory.Session::id).containsExactly(SESSION.toString(), null);
        assertThat(budgets.history(budget.id(), 1).days()).hasSize(1);
    }

    @Test
    void ofSession_sumsCallsAndHits() {
        call(ALL, "1");
        budgets.settle((Reservation) reserve(ALL, "1"), Money.ZERO, Usage.answered("gpt-4o", 1, 2, 500, 1));
        calls.hit(ALL, "gpt-4o", Money.ofUsd("0.1"));
        calls.hit(ALL, "gpt-4o", Money.ofUsd("0.1"));
        calls.storeHits();
        calls.storeHits();

        assertThat(calls.ofSession(SESSION))
                .isEqualTo(new Spending(2, 1, 2, 0, 101, 12, Money.ofUsd("1"), Money.ofUsd("0.2")));
        assertThat(calls.ofSession(UUID.randomUUID()))
                .isEqualTo(new Spending(0, 0, 0, 0, 0, 0, Money.ZERO, Money.ZERO));
    }

    @Test
    void hits_ofManyThreads_areStoredOnceEach() throws Exception {
        int threads = 8;
        int each = 500;
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        List<Future<Integer>> futures = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            Callable<Integer> work = () -> {
                start.await();
                for (int i = 0; i < each; i++) {
                    calls.hit(ALL, "gpt-4o", Money.ofUsd("0.001"));
                    if (i % 100 == 0) {
                        calls.storeHits();
                    }
                }
                return each;
            };
            futures.add(pool.submit(work));
        }
        start.countDown();
        for (Future<Integer> future : futures) {
            future.get();
        }
        pool.shutdown();
        calls.storeHits();

        assertThat(calls.ofSession(SESSION))
                .isEqualTo(new Spending(0, 0, threads * each, 0, 0, 0, Money.ZERO, Money.ofUsd("4")));
    }

    @Test
    void hits_thatCannotBeStored_waitForTheNextTime() {
        calls.hit(ALL, "gpt-4o", Money.ofUsd("0.1"));
        calls.hit(NOBODY, "gpt-4o", Money.ofUsd("0.1"));
        rename("provider_call_day", "hidden");
        try {
            assertThatThrownBy(() -> calls.storeHits()).isInstanceOf(RuntimeException.class);
            calls.hit(ALL, "gpt-4o", Money.ofUsd("0.1"));
        } finally {
            rename("hidden", "provider_call_day");
        }
        calls.storeHits();
        calls.storeHits();

        assertThat(calls.ofSession(SESSION)).isEqualTo(new Spending(0, 0, 2, 0, 0, 0, Money.ZERO, Money.ofUsd("0.2")));
        assertThat(count("provider_call_day")).isEqualTo(2);
    }

    private void rename(String table, String to) {
        database.write(transaction -> transaction.run(
                "test.rename", handle -> handle.execute("ALTER TABLE %s RENAME TO %s".formatted(table, to))));
    }

    @Test
    void forgetOld_keepsTheSums() {
        call(ALL, "1");
        clock.advance(Duration.ofDays(90));
        assertThat(calls.forgetOld()).isZero();
        clock.advance(Duration.ofMillis(1));

        assertThat(calls.forgetOld()).isEqualTo(1);
        assertThat(count("provider_call")).isZero();
        assertThat(calls.ofSession(SESSION).costUsd()).isEqualTo(Money.ofUsd("1"));
    }

    /** Random operations, some at once with a restart: after each, what is kept equals what is counted anew. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void keptSums_alwaysEqualTheLedger(long seed) {
        Random random = new Random(seed);
        List<Budget> set = new ArrayList<>(List.of(
                budget(BudgetScope.ACCOUNT, "ada", "3", BudgetPeriod.DAY, BudgetAction.BLOCK),
                budget(BudgetScope.PROJECT, "vision", "5", BudgetPeriod.MONTH, BudgetAction.WARN)));
        List<Reservation> open = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            Spender spender = random.nextBoolean() ? ALL : NOBODY;
            switch (random.nextInt(9)) {
                case 0, 1, 2 -> {
                    Money estimate = new Money(random.nextInt(700_000_000));
                    Duration longest = Duration.ofSeconds(1 + random.nextInt(7_200));
                    if (budgets.reserve(spender, "gpt-4o", estimate, longest, random.nextBoolean())
                            instanceof Reservation reservation) {
                        open.add(reservation);
                    }
                }
                case 3, 4 -> {
                    if (!open.isEmpty()) {
                        budgets.settle(
                                open.get(random.nextInt(open.size())), new Money(random.nextInt(800_000_000)), USAGE);
                    }
                }
                case 5 -> {
                    if (!open.isEmpty()) {
                        budgets.release(open.remove(random.nextInt(open.size())));
                    }
                }
                case 6 -> clock.advance(Duration.ofMinutes(random.nextInt(400)));
                case 7 -> budgets.expire(1 + random.nextInt(5));
                default -> {
                    if (set.size() < 5 && random.nextInt(3) == 0) {
                        set.add(budget(
                                BudgetScope.PROVIDER,
                                "openai",
                                "4",
                                BudgetPeriod.values()[set.size() - 2],
                                BudgetAction.BLOCK));
                    } else {
                        restart();
                    }
                }
            }
            set.forEach(this::assertConsistent);
        }
        assertThat(count("provider_call")).isPositive();
    }

    /** Counts the ledger and the open reservations of each window, and compares. */
    private void assertConsistent(Budget budget) {
        String column = budget.scope().label();
        Map<Long, Long> spent = new java.util.TreeMap<>();
        Map<Long, Long> reserved = new java.util.TreeMap<>();
        Map<Long, Long> kept = new java.util.TreeMap<>();
        Map<Long, Long> keptReserved = new java.util.TreeMap<>();
        database.<Integer, RuntimeException>read("test.recount", handle -> {
            handle.createQuery("SELECT at, cost FROM provider_call WHERE %s = :subject AND cost > 0".formatted(column))
                    .bind("subject", budget.subject())
                    .map((row, context) -> spent.merge(window(budget, row.getLong(1)), row.getLong(2), Long::sum))
                    .list();
            handle.createQuery("""
                            SELECT p.began_at, r.amount
                              FROM budget_reservation_part p
                              JOIN budget_reservation r ON r.id = p.reservation_id
                              JOIN budget b ON b.no = p.budget_no
                             WHERE b.id = :id AND r.amount > 0
                            """)
                    .bind("id", budget.id().toString())
                    .map((row, context) -> reserved.merge(row.getLong(1), row.getLong(2), Long::sum))
                    .list();
            handle.createQuery("""
                            SELECT w.began_at, w.spent, w.reserved
                              FROM budget_window w JOIN budget b ON b.no = w.budget_no
                             WHERE b.id = :id
                            """)
                    .bind("id", budget.id().toString())
                    .map((row, context) -> {
                        if (row.getLong(2) > 0) {
                            kept.put(row.getLong(1), row.getLong(2));
                        }
                        if (row.getLong(3) > 0) {
                            keptReserved.put(row.getLong(1), row.getLong(3));
                        }
                        return 0;
                    })
                    .list();
            return 0;
        });
        // Windows that were over when the budget was set are not kept.
        spent.keySet()
                .removeIf(
                        began -> began < window(budget, budget.createdAt().toEpochMilli()) && !kept.containsKey(began));
        assertThat(kept).isEqualTo(spent);
        assertThat(keptReserved).isEqualTo(reserved);
    }

    @Test
    void spending_isTold_afterItIsStored() {
        Budget budget = budget(BudgetScope.PROJECT, "vision", "5", BudgetPeriod.DAY, BudgetAction.BLOCK);
        budget(BudgetScope.PROJECT, "other", "5", BudgetPeriod.DAY, BudgetAction.BLOCK);
        BudgetsSpent spent = new BudgetsSpent(List.of(budget.id()));

        Reservation settled = (Reservation) reserve(ALL, "1");
        assertThat(told(BudgetsSpent.class)).containsExactly(spent);
        budgets.settle(settled, Money.ofUsd("1"), USAGE);
        assertThat(told(BudgetsSpent.class)).containsExactly(spent, spent);
        budgets.settle(settled, Money.ofUsd("1"), USAGE);
        assertThat(told(BudgetsSpent.class)).hasSize(2);
        Reservation released = (Reservation) reserve(ALL, "1");
        budgets.release(released);
        assertThat(told(BudgetsSpent.class)).hasSize(4);
        assertThat(reserve(ALL, "9")).isInstanceOf(Hold.Refusal.class);
        assertThat(told(BudgetsSpent.class)).hasSize(4);
    }

    private static long window(Budget budget, long at) {
        return budget.window().began(Instant.ofEpochMilli(at)).toEpochMilli();
    }

    private Budget budget(BudgetScope scope, String subject, String usd, BudgetPeriod window, BudgetAction action) {
        return budgets.create(ADA, new BudgetBody(scope, subject, Money.ofUsd(usd), window, action), null);
    }

    private Hold reserve(Spender spender, String usd) {
        return budgets.reserve(spender, "gpt-4o", Money.ofUsd(usd), MINUTE, true);
    }

    private void call(Spender spender, String usd) {
        budgets.settle((Reservation) reserve(spender, "0"), Money.ofUsd(usd), USAGE);
    }

    private String spent(Budget budget) {
        return budgets.status(budget.id()).spentUsd().toString();
    }

    private Budget change(Budget budget, String json, String condition) {
        try {
            ObjectNode patch = MergePatch.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
            return budgets.change(BOB, budget.id(), patch, condition);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> actions(Budget budget) {
        return audit.list(Audit.Filter.of("budget", budget.id().toString()), true, null, 100).items().stream()
                .map(entry -> entry.action() + " by " + entry.actor())
                .toList();
    }
}
