package io.hone.criteria;

import static io.hone.audit.Refusals.assertInvalid;
import static io.hone.audit.Refusals.assertRefused;
import static io.hone.criteria.CriteriaFixture.body;
import static io.hone.criteria.CriteriaFixture.item;
import static org.assertj.core.api.Assertions.assertThat;

import io.hone.audit.Audit;
import io.hone.audit.AuditEntry;
import io.hone.audit.StoreContract;
import io.hone.criteria.CriteriaBody.Item;
import io.hone.http.Idempotency;
import io.hone.http.Page;
import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

abstract class CriteriaSetsContract extends StoreContract {

    private static final Item ACCURACY = item("accuracy", ">=", 0.9);
    private static final Item LATENCY = item("latency_ms", "<=", 20);

    private CriteriaSets criteria;
    private Audit audit;

    @BeforeEach
    void build() {
        criteria = CriteriaFixture.criteriaSets(database, settings, events, clock);
        audit = new Audit(database, clock);
    }

    @Test
    void create_readsBackAsAnswered() {
        CriteriaBody body = new CriteriaBody(
                "edge",
                "Größe 📏 'quoted' <b>",
                List.of(Technique.PRUNING, Technique.QUANTIZATION, Technique.PRUNING),
                List.of(
                        ACCURACY,
                        new Item("size", Operator.AT_MOST, 0.25, Reference.of("baseline"), 2.5, false),
                        new Item("loss", Operator.EQUAL, 1.5, Reference.of(3), null, true)));

        Criteria created = criteria.create(ADA, body, null);

        assertThat(created.version()).isEqualTo(1);
        assertThat(created.techniques()).containsExactly(Technique.PRUNING, Technique.QUANTIZATION);
        assertThat(created.createdBy()).isEqualTo("ada");
        assertThat(created.createdAt()).isEqualTo(NOON);
        assertThat(created.criteria().get(1))
                .isEqualTo(new Criterion("size", Operator.AT_MOST, 0.25, new Reference(null), 2.5, false));
        assertThat(criteria.newest("edge")).map(StoredCriteria::criteria).contains(created);
        assertThat(criteria.version("edge", 1)).map(StoredCriteria::criteria).contains(created);
        assertThat(criteria.list(null, 10).items()).containsExactly(created);
        assertThat(told).containsExactly(new CriteriaChanged("edge", 1, false));
        assertThat(actions("edge")).containsExactly("criteria.created by ada");
    }

    @Test
    void create_nameInUse_isRefusedAndChangesNothing() {
        Criteria first = criteria.create(ADA, body("edge", ACCURACY), null);

        assertRefused(ProblemType.CONFLICT, () -> criteria.create(BOB, body("edge", LATENCY), null));

        assertThat(criteria.newest("edge")).map(StoredCriteria::criteria).contains(first);
        assertThat(told).hasSize(1);
    }

    @Test
    void create_sameIdempotencyKey_givesTheFirstAnswer() {
        Idempotency.Key key = new Idempotency.Key("POST /config/criteria k1", "hash");
        Criteria first = criteria.create(ADA, body("edge", ACCURACY), key);
        clock.advance(Duration.ofMinutes(5));

        Criteria again = criteria.create(ADA, body("edge", ACCURACY), key);

        assertThat(again).isEqualTo(first);
        assertThat(told).hasSize(1);
        assertThat(actions("edge")).hasSize(1);
    }

    @Test
    void create_simultaneouslyWithOneName_oneWinsAndTheOthersAreRefused() throws Exception {
        for (int round = 0; round < 10; round++) {
            String name = "race-" + round;
            List<Object> outcomes = together(4, () -> criteria.create(ADA, body(name, ACCURACY), null));

            assertThat(outcomes).filteredOn(Criteria.class::isInstance).hasSize(1);
            assertThat(outcomes)
                    .filteredOn(outcome -> !(outcome instanceof Criteria))
                    .allSatisfy(outcome -> assertThat(outcome)
                            .isInstanceOfSatisfying(ProblemException.class, problem -> assertThat(problem.type())
                                    .isEqualTo(ProblemType.CONFLICT)));
        }
    }

    @Test
    void put_simultaneouslyOnOneName_everyOneAddsAVersion() throws Exception {
        for (int round = 0; round < 10; round++) {
            String name = "puts-" + round;
            AtomicInteger value = new AtomicInteger();
            List<Object> outcomes =
                    together(4, () -> criteria.put(ADA, name, body(null, item("m", ">", value.incrementAndGet())), null)
                            .criteria()
                            .version());

            assertThat(outcomes).containsExactlyInAnyOrder(1, 2, 3, 4);
            assertThat(criteria.newest(name).orElseThrow().criteria().version()).isEqualTo(4);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "0", "a.b-c_d", "9lives"})
    void create_goodName_isTaken(String name) {
        assertThat(criteria.create(ADA, body(name, ACCURACY), null).name()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "A", "-a", ".a", "_a", "a b", "ä", "a/b", "a\n", "a'--", "<b>"})
    void create_badName_isRefused(String name) {
        assertInvalid(() -> criteria.create(ADA, body(name, ACCURACY), null), "/name");
    }

    @Test
    void create_nameAtItsBound() {
        assertThat(criteria.create(ADA, body("n".repeat(100), ACCURACY), null).version())
                .isEqualTo(1);
        assertInvalid(() -> criteria.create(ADA, body("n".repeat(101), ACCURACY), null), "/name");
        assertInvalid(() -> criteria.create(ADA, body(null, ACCURACY), null), "/name");
    }

    @Test
    void create_invalid_namesEveryPlace() {
        CriteriaBody body = new CriteriaBody(
                "edge",
                "n".repeat(10_001),
                Arrays.asList(Technique.OTHER, null),
                Arrays.asList(
                        new Item(null, null, null, null, null, null),
                        null,
                        new Item(" ", Operator.EQUAL, Double.NaN, null, 0.0, null),
                        new Item("m".repeat(201), Operator.EQUAL, Double.POSITIVE_INFINITY, null, 1_000.5, null),
                        new Item("m\0", Operator.EQUAL, 1.0, null, Double.NaN, null)));

        assertInvalid(
                () -> criteria.create(ADA, body, null),
                "/note",
                "/techniques/1",
                "/criteria/0/metric",
                "/criteria/0/op",
                "/criteria/0/value",
                "/criteria/1",
                "/criteria/2/metric",
                "/criteria/2/value",
                "/criteria/2/weight",
                "/criteria/3/metric",
                "/criteria/3/value",
                "/criteria/3/weight",
                "/criteria/4/metric",
                "/criteria/4/weight");
        assertThat(criteria.list(null, 10).items()).isEmpty();
    }

    @Test
    void create_numberOfCriteria_isOneToFifty() {
        assertInvalid(() -> criteria.create(ADA, body("none"), null), "/criteria");
        assertInvalid(() -> criteria.create(ADA, new CriteriaBody("none", null, null, null), null), "/criteria");
        assertInvalid(
                () -> criteria.create(
                        ADA, new CriteriaBody("many", null, null, Collections.nCopies(51, ACCURACY)), null),
                "/criteria");
        assertThat(criteria.create(ADA, new CriteriaBody("fifty", null, null, Collections.nCopies(50, ACCURACY)), null)
                        .criteria())
                .hasSize(50);
    }

    @Test
    void put_unknownName_creates() {
        CriteriaSets.Put put = criteria.put(ADA, "edge", body(null, ACCURACY), null);

        assertThat(put.created()).isTrue();
        assertThat(put.criteria().version()).isEqualTo(1);
    }

    @Test
    void put_change_addsAVersionAndKeepsTheOld() {
        Criteria first = criteria.create(ADA, body("edge", ACCURACY), null);
        CriteriaSets.Put put = criteria.put(BOB, "edge", body("edge", ACCURACY, LATENCY), "\"v1\"");

        assertThat(put.created()).isFalse();
        assertThat(put.criteria().version()).isEqualTo(2);
        assertThat(criteria.newest("edge")).map(StoredCriteria::criteria).contains(put.criteria());
        assertThat(criteria.version("edge", 1)).map(StoredCriteria::criteria).contains(first);
        assertThat(criteria.versions("edge", null, 10).items()).containsExactly(put.criteria(), first);
        assertThat(criteria.list(null, 10).items()).containsExactly(put.criteria());
        assertThat(told(CriteriaChanged.class)).last().isEqualTo(new CriteriaChanged("edge", 2, false));
        assertThat(actions("edge")).containsExactly("criteria.created by ada", "criteria.changed by bob");
    }

    @Test
    void put_noChange_keepsTheVersion() {
        Criteria first = criteria.create(ADA, body("edge", ACCURACY), null);

        CriteriaSets.Put put = criteria.put(BOB, "edge", body("edge", ACCURACY), null);

        assertThat(put.criteria()).isEqualTo(first);
        assertThat(told).hasSize(1);
        assertThat(actions("edge")).hasSize(1);
    }

    @Test
    void put_anyMemberDiffers_addsAVersion() {
        List<CriteriaBody> bodies = List.of(
                body("edge", ACCURACY),
                body("edge", item("accuracy", ">", 0.9)),
                body("edge", item("accuracy", ">", 0.91)),
                new CriteriaBody("edge", "note", null, List.of(ACCURACY)),
                new CriteriaBody("edge", null, List.of(Technique.OTHER), List.of(ACCURACY)),
                body("edge", new Item("accuracy", Operator.AT_LEAST, 0.9, null, 2.0, null)),
                body("edge", new Item("accuracy", Operator.AT_LEAST, 0.9, null, null, false)),
                body("edge", new Item("accuracy", Operator.AT_LEAST, 0.9, Reference.of(1), null, null)),
                body("edge", ACCURACY, LATENCY),
                body("edge", LATENCY, ACCURACY));

        assertThat(bodies)
                .extracting(
                        body -> criteria.put(ADA, "edge", body, null).criteria().version())
                .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    }

    @Test
    void put_otherNameInBody_isRefused() {
        assertInvalid(() -> criteria.put(ADA, "edge", body("other", ACCURACY), null), "/name");
    }

    @Test
    void put_ofAnOldVersion_isRefused() {
        criteria.create(ADA, body("edge", ACCURACY), null);

        assertRefused(ProblemType.PRECONDITION_FAILED, () -> criteria.put(ADA, "edge", body(null, LATENCY), "\"v2\""));
        assertRefused(ProblemType.PRECONDITION_FAILED, () -> criteria.delete(ADA, "edge", "\"v2\""));
        assertThat(criteria.newest("edge").orElseThrow().criteria().version()).isEqualTo(1);
    }

    @Test
    void delete_hidesTheNameAndKeepsItsVersions() {
        Criteria first = criteria.create(ADA, body("edge", ACCURACY), null);

        criteria.delete(BOB, "edge", null);

        assertThat(criteria.newest("edge")).isEmpty();
        assertThat(criteria.list(null, 10).items()).isEmpty();
        assertRefused(ProblemType.NOT_FOUND, () -> criteria.versions("edge", null, 10));
        assertRefused(ProblemType.NOT_FOUND, () -> criteria.delete(BOB, "edge", null));
        assertThat(criteria.version("edge", 1)).map(StoredCriteria::criteria).contains(first);
        assertThat(told(CriteriaChanged.class)).last().isEqualTo(new CriteriaChanged("edge", 1, true));
        assertThat(actions("edge")).containsExactly("criteria.created by ada", "criteria.deleted by bob");
    }

    @Test
    void delete_andCreateAgain_goesOnCounting() {
        criteria.create(ADA, body("edge", ACCURACY), null);
        criteria.put(ADA, "edge", body(null, LATENCY), null);
        criteria.delete(ADA, "edge", null);

        Criteria third = criteria.create(ADA, body("edge", ACCURACY), null);
        criteria.delete(ADA, "edge", null);
        CriteriaSets.Put fourth = criteria.put(ADA, "edge", body(null, ACCURACY), null);

        assertThat(third.version()).isEqualTo(3);
        assertThat(fourth.criteria().version()).isEqualTo(4);
        assertThat(fourth.created()).isTrue();
        assertThat(criteria.versions("edge", null, 10).items()).containsExactly(fourth.criteria());
        assertThat(criteria.version("edge", 2)).isPresent();
    }

    @Test
    void version_unknown_isEmpty() {
        criteria.create(ADA, body("edge", ACCURACY), null);

        assertThat(criteria.version("edge", 2)).isEmpty();
        assertThat(criteria.version("edge", -1)).isEmpty();
        assertThat(criteria.newest("none")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 6})
    void list_pages_haveEveryNameOnceInOrder(int limit) {
        List.of("d", "a", "c-2", "e", "c-10").forEach(name -> criteria.create(ADA, body(name, ACCURACY), null));

        assertThat(walked(cursor -> criteria.list(cursor, limit)))
                .extracting(Criteria::name)
                .containsExactly("a", "c-10", "c-2", "d", "e");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 6})
    void versions_pages_haveEveryVersionOnceNewestFirst(int limit) {
        IntStream.rangeClosed(1, 5).forEach(i -> criteria.put(ADA, "edge", body(null, item("m", ">", i)), null));

        assertThat(walked(cursor -> criteria.versions("edge", cursor, limit)))
                .extracting(Criteria::version)
                .containsExactly(5, 4, 3, 2, 1);
    }

    @Test
    void list_cursorOfAnotherList_isRefused() {
        criteria.put(ADA, "edge", body(null, ACCURACY), null);
        criteria.put(ADA, "edge", body(null, LATENCY), null);
        String cursor = criteria.versions("edge", null, 1).nextCursor();

        assertInvalid(() -> criteria.list(cursor, 1), "?cursor");
        assertInvalid(() -> criteria.versions("edge", "bm9uZQ", 1), "?cursor");
    }

    private List<String> actions(String name) {
        return audit.list(Audit.Filter.of("criteria", name), true, null, 100).items().stream()
                .map((AuditEntry entry) -> entry.action() + " by " + entry.actor())
                .toList();
    }

    private static List<Criteria> walked(Function<String, Page<Criteria>> list) {
        List<Criteria> all = new ArrayList<>();
        String cursor = null;
        do {
            Page<Criteria> page = list.apply(cursor);
            assertThat(page.items()).isNotEmpty();
            all.addAll(page.items());
            assertThat(all).doesNotHaveDuplicates();
            cursor = page.nextCursor();
        } while (cursor != null);
        return all;
    }

    /** What each of some threads that begin together gets or throws. */
    private static List<Object> together(int threads, Callable<?> work) throws Exception {
        CyclicBarrier start = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Object>> futures = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                futures.add(pool.submit(() -> {
                    start.await();
                    try {
                        return work.call();
                    } catch (RuntimeException e) {
                        return e;
                    }
                }));
            }
            List<Object> outcomes = new ArrayList<>();
            for (Future<Object> future : futures) {
                outcomes.add(future.get());
            }
            return outcomes;
        } finally {
            pool.shutdownNow();
        }
    }
}
