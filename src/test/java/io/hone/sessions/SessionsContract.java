package io.hone.sessions;

import static io.hone.audit.Refusals.assertInvalid;
import static io.hone.audit.Refusals.assertRefused;
import static io.hone.criteria.CriteriaFixture.body;
import static io.hone.criteria.CriteriaFixture.item;
import static io.hone.criteria.CriteriaFixture.ofBaseline;
import static io.hone.sessions.SessionStatus.CANCELLED;
import static io.hone.sessions.SessionStatus.COMPLETED;
import static io.hone.sessions.SessionStatus.FAILED;
import static io.hone.sessions.SessionStatus.PAUSED;
import static io.hone.sessions.SessionStatus.PENDING;
import static io.hone.sessions.SessionStatus.RUNNING;
import static io.hone.sessions.SessionsFixture.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.hone.audit.StoreContract;
import io.hone.criteria.CriteriaBody;
import io.hone.criteria.Technique;
import io.hone.criteria.Verdict;
import io.hone.failures.Guidance;
import io.hone.http.Idempotency;
import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import io.hone.http.Uuids;
import io.hone.sessions.Session.CriteriaVersion;
import io.hone.sessions.SessionChanged.Kind;
import io.hone.sessions.SessionsFixture.Body;
import io.hone.sessions.StatusChange.ReportedError;
import io.hone.settings.SettingsCatalogue;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Creating sessions, and moving them through their life. */
abstract class SessionsContract extends StoreContract {

    /** SES-3: {@code pending → running ⇄ paused → completed · failed · cancelled}; pending may be cancelled or fail. */
    private static final Map<SessionStatus, List<SessionStatus>> ALLOWED = Map.of(
            PENDING, List.of(RUNNING, FAILED, CANCELLED),
            RUNNING, List.of(PAUSED, COMPLETED, FAILED, CANCELLED),
            PAUSED, List.of(RUNNING, COMPLETED, FAILED, CANCELLED),
            COMPLETED, List.of(),
            FAILED, List.of(),
            CANCELLED, List.of());

    private static final String EMOJI_AND_MARKS = "Größe 📏👩‍🔬 שלום \u200F\u202Emarks\u202C e\u0301 \uFEFF";
    private static final String SQL_AND_HTML =
            "x'); DROP TABLE session; -- <script>alert(\"1\")</script> \\ % _ {{7*7}}";

    private SessionsFixture fixture;
    private Sessions sessions;

    @BeforeEach
    void build() {
        fixture = new SessionsFixture(database, settings, events, clock);
        sessions = fixture.sessions;
    }

    // Creating

    @Test
    void create_everyMember_readsBackAsAnswered() {
        Session parent = fixture.create(body());
        fixture.criteria.create(ADA, body("edge", item("accuracy", ">=", 0.9)), null);
        Session created = fixture.create(body().id(Uuids.create())
                .name(SQL_AND_HTML)
                .project(EMOJI_AND_MARKS)
                .model("a/b:c d")
                .technique(Technique.ARCHITECTURE_SEARCH)
                .criteria("edge")
                .baseline(Map.of("accuracy", 0.93, "size", 1e-300, "loss", -2))
                .parent(parent.id())
                .lease(10)
                .param("text", "p".repeat(4_000))
                .param(" key ~/ ", "")
                .tag(SQL_AND_HTML, EMOJI_AND_MARKS)
                .tag("empty", "")
                .notes("line\nline\r\n\t" + EMOJI_AND_MARKS));

        assertThat(sessions.find(created.id())).isEqualTo(created);
        assertThat(created.name()).isEqualTo(SQL_AND_HTML);
        assertThat(created.project()).isEqualTo(EMOJI_AND_MARKS);
        assertThat(created.tags()).containsEntry(SQL_AND_HTML, EMOJI_AND_MARKS);
        assertThat(created.parentId()).isEqualTo(parent.id());
        assertThat(created.criteria()).isEqualTo(new CriteriaVersion("edge", 1));
        assertThat(created.verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(created.owner()).isEqualTo("ada");
        assertThat(created.createdAt()).isEqualTo(NOON);
    }

    @Test
    void create_paramsOfEveryType_readBackAsAnswered() {
        Body body = body();
        List<Object> values = Arrays.asList(
                0,
                -1,
                Integer.MAX_VALUE,
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                BigInteger.ONE.shiftLeft(80),
                0.1,
                -2.5e-300,
                1.7976931348623157e308,
                1.0,
                true,
                false,
                null,
                "",
                " ",
                "null",
                "1",
                EMOJI_AND_MARKS,
                SQL_AND_HTML);
        IntStream.range(0, values.size()).forEach(i -> body.param("p" + i, values.get(i)));

        Session created = fixture.create(body);

        assertThat(created.params().values()).containsExactlyElementsOf(values);
        assertThat(sessions.find(created.id()).params()).isEqualTo(created.params());
    }

    @Test
    void create_least_hasTheDefaults() {
        Session created = fixture.create(body());

        assertThat(created.id().version()).isEqualTo(7);
        assertThat(created.project()).isEqualTo("default");
        assertThat(created.status()).isEqualTo(PENDING);
        assertThat(created.version()).isEqualTo(1);
        assertThat(created.params()).isEmpty();
        assertThat(created.tags()).isEmpty();
        assertThat(created.metrics()).isEmpty();
        assertThat(created.updatedAt()).isEqualTo(NOON);
        assertThat(Arrays.asList(
                        created.parentId(),
                        created.progress(),
                        created.criteria(),
                        created.baseline(),
                        created.verdict(),
                        created.notes(),
                        created.error(),
                        created.startedAt(),
                        created.endedAt(),
                        created.durationMs(),
                        created.leaseSeconds()))
                .containsOnlyNulls();
        assertThat(sessions.find(created.id())).isEqualTo(created);
    }

    @Test
    void create_isToldAndAudited() {
        Session created = fixture.create(body().technique(Technique.PRUNING));

        assertThat(told).containsExactly(new SessionChanged(created, Kind.CREATED));
        assertThat(fixture.audited(created.id())).singleElement().satisfies(entry -> {
            assertThat(entry.action()).isEqualTo("session.created");
            assertThat(entry.actor()).isEqualTo("ada");
            assertThat(entry.requestId()).isEqualTo("request-of-ada");
            assertThat(entry.detail()).isEqualTo(Map.of("name", "name", "technique", "pruning"));
        });
    }

    @ParameterizedTest
    @MethodSource
    void create_invalid_namesEveryPlace(Body body, List<String> pointers) {
        assertInvalid(() -> fixture.create(body), pointers.toArray(String[]::new));
        assertThat(told).isEmpty();
    }

    static Stream<Arguments> create_invalid_namesEveryPlace() {
        Body manyParams = body();
        IntStream.rangeClosed(0, 200).forEach(i -> manyParams.param("p" + i, i));
        Body manyTags = body();
        IntStream.rangeClosed(0, 50).forEach(i -> manyTags.tag("t" + i, "v"));
        Map<String, Object> manyMetrics = new HashMap<>();
        IntStream.rangeClosed(0, 200).forEach(i -> manyMetrics.put("m" + i, i));
        return Stream.of(
                arguments(body().name(null), List.of("/name")),
                arguments(body().name(""), List.of("/name")),
                arguments(body().name("  \t\n"), List.of("/name")),
                arguments(body().name("n".repeat(201)), List.of("/name")),
                arguments(body().name("NUL \0"), List.of("/name")),
                arguments(body().name("half a pair \uD83D"), List.of("/name")),
                arguments(body().project(""), List.of("/project")),
                arguments(body().project("p".repeat(101)), List.of("/project")),
                arguments(body().model(null), List.of("/model")),
                arguments(body().model("m".repeat(201)), List.of("/model")),
                arguments(body().technique(null), List.of("/technique")),
                arguments(body().lease(9), List.of("/lease_seconds")),
                arguments(body().lease(604_801), List.of("/lease_seconds")),
                arguments(body().lease(-1), List.of("/lease_seconds")),
                arguments(body().notes("n".repeat(10_001)), List.of("/notes")),
                arguments(body().param("long", "x".repeat(4_001)), List.of("/params/long")),
                arguments(body().param("a/b~c", List.of(1)), List.of("/params/a~1b~0c")),
                arguments(body().param("nested", Map.of("a", 1)), List.of("/params/nested")),
                arguments(body().param("", 1), List.of("/params/")),
                arguments(body().param("k".repeat(201), 1), List.of("/params/" + "k".repeat(201))),
                arguments(body().param("half", "\uDE00"), List.of("/params/half")),
                arguments(body().param("big", Double.POSITIVE_INFINITY), List.of("/params/big")),
                arguments(manyParams, List.of("/params")),
                arguments(body().tag("k".repeat(101), "v"), List.of("/tags/" + "k".repeat(101))),
                arguments(body().tag("t", "v".repeat(1_001)), List.of("/tags/t")),
                arguments(body().tag("t", null), List.of("/tags/t")),
                arguments(body().tag(" ", "v"), List.of("/tags/ ")),
                arguments(manyTags, List.of("/tags")),
                arguments(body().baseline("no id"), List.of("/baseline")),
                arguments(body().baseline(7), List.of("/baseline")),
                arguments(body().baseline(List.of()), List.of("/baseline")),
                arguments(body().baseline(Map.of()), List.of("/baseline")),
                arguments(body().baseline(manyMetrics), List.of("/baseline")),
                arguments(body().baseline(Map.of("acc", "0.9")), List.of("/baseline/acc")),
                arguments(body().baseline(Map.of("acc", Double.POSITIVE_INFINITY)), List.of("/baseline/acc")),
                arguments(body().baseline(Map.of("top/1", true)), List.of("/baseline/top~11")),
                arguments(body().baseline(Uuids.create().toString()), List.of("/baseline")),
                arguments(body().parent(Uuids.create()), List.of("/parent_id")),
                arguments(body().criteria("none"), List.of("/criteria")),
                arguments(body().criteria(7), List.of("/criteria")),
                arguments(body().criteria(Map.of("name", "none", "version", 1)), List.of("/criteria")),
                arguments(body().criteria(Map.of("name", "none")), List.of("/criteria")),
                arguments(body().criteria(Map.of("name", "none", "version", "1")), List.of("/criteria")),
                arguments(
                        body().name("").model(" ").technique(null).lease(1).param("p", List.of()),
                        List.of("/name", "/model", "/technique", "/lease_seconds", "/params/p")));
    }

    @Test
    void create_atTheBounds_isTaken() {
        Body body = body().name("n".repeat(200))
                .project("p".repeat(100))
                .model("m".repeat(200))
                .lease(604_800)
                .notes("n".repeat(10_000))
                .tag("k".repeat(100), "v".repeat(1_000));
        IntStream.range(0, 200).forEach(i -> body.param("p" + i, "v".repeat(4_000)));
        IntStream.range(1, 50).forEach(i -> body.tag("t" + i, ""));

        Session created = fixture.create(body);

        assertThat(sessions.find(created.id())).isEqualTo(created);
    }

    @Test
    void create_idOfTheClient_isKept() {
        UUID id = Uuids.create();

        assertThat(fixture.create(body().id(id)).id()).isEqualTo(id);
        assertThat(sessions.find(id).name()).isEqualTo("name");
    }

    @Test
    void create_idTaken_isRefusedAndChangesNothing() {
        Session first = fixture.create(body().id(Uuids.create()).tag("t", "1"));

        assertRefused(
                ProblemType.CONFLICT,
                () -> fixture.create(
                        body().id(first.id()).name("other").project("other").tag("t", "2")));

        assertThat(sessions.find(first.id())).isEqualTo(first);
        assertThat(fixture.audited(first.id())).hasSize(1);
        assertThat(told).hasSize(1);
        assertThat(fixture.statistics.projects("", 10)).extracting("name").containsExactly("default");
        assertThat(fixture.statistics.recount()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00000000-0000-0000-0000-000000000000",
                "6fa459ea-ee8a-4ca4-894e-db77e160355e",
                "ffffffff-ffff-ffff-ffff-ffffffffffff"
            })
    void create_idNotOfVersion7_isRefused(String id) {
        assertInvalid(() -> fixture.create(body().id(UUID.fromString(id))), "/id");
    }

    @Test
    void create_criteriaByNameAndByVersion() {
        fixture.criteria.put(ADA, "edge", body(null, item("m", ">", 1)), null);
        fixture.criteria.put(ADA, "edge", body(null, item("m", ">", 2)), null);

        assertThat(fixture.create(body().criteria("edge")).criteria()).isEqualTo(new CriteriaVersion("edge", 2));
        assertThat(fixture.create(body().criteria(Map.of("name", "edge", "version", 1)))
                        .criteria())
                .isEqualTo(new CriteriaVersion("edge", 1));
        assertInvalid(() -> fixture.create(body().criteria(Map.of("name", "edge", "version", 3))), "/criteria");
    }

    @Test
    void create_criteriaDeleted_isRefused() {
        fixture.criteria.put(ADA, "edge", body(null, item("m", ">", 1)), null);
        fixture.criteria.delete(ADA, "edge", null);

        assertInvalid(() -> fixture.create(body().criteria("edge")), "/criteria");
    }

    @Test
    void create_criteriaOfAnotherTechnique_isRefused() {
        fixture.criteria.create(
                ADA, new CriteriaBody("p", null, List.of(Technique.PRUNING), List.of(item("m", ">", 1))), null);

        assertInvalid(() -> fixture.create(body().criteria("p").technique(Technique.OTHER)), "/criteria");
        assertThat(fixture.create(body().criteria("p").technique(Technique.PRUNING))
                        .criteria())
                .isNotNull();
    }

    @Test
    void create_baselineOfASession_isKeptAsItsId() {
        Session base = fixture.create(body());

        Session created = fixture.create(body().baseline(base.id().toString()));

        assertThat(created.baseline()).isEqualTo(new Baseline(base.id(), null));
        assertThat(sessions.find(created.id())).isEqualTo(created);
    }

    @Test
    void create_defaultLeaseOfTheSettings_isTakenWhereNoneIsNamed() {
        settings.store(SettingsCatalogue.LEASE_DEFAULT, "60");

        assertThat(fixture.create(body()).leaseSeconds()).isEqualTo(60);
        assertThat(fixture.create(body().lease(10)).leaseSeconds()).isEqualTo(10);
    }

    // Creating with an Idempotency-Key

    @Test
    void create_sameKeyAndBody_givesTheFirstAnswerOnce() {
        Session first = sessions.create(ADA, everything(), key("k1", "body"));
        fixture.change(first.id(), RUNNING);
        clock.advance(Duration.ofHours(23));

        Session again = sessions.create(ADA, everything(), key("k1", "body"));

        assertThat(again).isEqualTo(first);
        assertThat(told(SessionChanged.class))
                .filteredOn(event -> event.kind() == Kind.CREATED)
                .hasSize(1);
        assertThat(fixture.audited(first.id()))
                .filteredOn(entry -> entry.action().equals("session.created"))
                .hasSize(1);
    }

    @Test
    void create_sameKeyOtherBody_isRefused() {
        sessions.create(ADA, body().build(), key("k1", "body"));

        assertRefused(
                ProblemType.IDEMPOTENCY_KEY_REUSED,
                () -> sessions.create(ADA, body().name("other").build(), key("k1", "other")));
    }

    @Test
    void create_sameKeyOfAnotherCallerOrAfterItsTime_creates() {
        Session first = sessions.create(ADA, body().build(), key("k1", "body"));

        Session ofBob = sessions.create(BOB, body().build(), key("k1", "body"));
        clock.advance(Duration.ofHours(24).plusMillis(1));
        Session later = sessions.create(ADA, body().build(), key("k1", "other"));

        assertThat(List.of(first.id(), ofBob.id(), later.id())).doesNotHaveDuplicates();
        assertThat(sessions.create(ADA, body().build(), key("k1", "other"))).isEqualTo(later);
    }

    @Test
    void create_refusedWithAKey_leavesTheKeyFree() {
        UUID missing = Uuids.create();
        assertInvalid(() -> sessions.create(ADA, body().parent(missing).build(), key("k1", "body")), "/parent_id");
        fixture.create(body().id(missing));

        assertThat(sessions.create(ADA, body().parent(missing).build(), key("k1", "body"))
                        .parentId())
                .isEqualTo(missing);
    }

    /** A retry must be answered alike whatever happened in between. */
    @Test
    void create_sameKeyAfterItsCriteriaWereDeleted_givesTheFirstAnswer() {
        fixture.criteria.create(ADA, body("edge", item("m", ">", 1)), null);
        Session first = sessions.create(ADA, body().criteria("edge").build(), key("k1", "body"));
        fixture.criteria.delete(ADA, "edge", null);

        assertThat(sessions.create(ADA, body().criteria("edge").build(), key("k1", "body")))
                .isEqualTo(first);
    }

    @Test
    void create_sameKeySimultaneously_makesOneSession() throws Exception {
        for (int round = 0; round < 10; round++) {
            Idempotency.Key key = key("k" + round, "body");
            List<Session> answers = together(4, () -> sessions.create(ADA, body().build(), key));

            assertThat(answers)
                    .extracting(Session::id)
                    .containsOnly(answers.get(0).id());
        }
    }

    // The status machine

    @ParameterizedTest(name = "{0} → {1}")
    @MethodSource
    void changeStatus_everyPair(SessionStatus from, SessionStatus to) {
        Session before = fixture.in(from);
        int toldBefore = told.size();
        int auditedBefore = fixture.audited(before.id()).size();

        if (from == to) {
            assertThat(fixture.change(before.id(), to)).isEqualTo(before);
        } else if (ALLOWED.get(from).contains(to)) {
            Session after = fixture.change(before.id(), to);
            assertThat(after.status()).isEqualTo(to);
            assertThat(after.version()).isEqualTo(before.version() + 1);
            assertThat(sessions.find(before.id())).isEqualTo(after);
            assertThat(told).hasSize(toldBefore + 1).last().isEqualTo(new SessionChanged(after, Kind.CHANGED));
            assertThat(fixture.audited(before.id())).last().satisfies(entry -> {
                assertThat(entry.action()).isEqualTo("session.status_changed");
                assertThat(entry.detail()).containsEntry("from", from.label()).containsEntry("to", to.label());
            });
            return;
        } else {
            ProblemException problem =
                    assertRefused(ProblemType.ILLEGAL_TRANSITION, () -> fixture.change(before.id(), to));
            assertThat(problem.detail()).contains(from.label(), to.label());
        }
        assertThat(sessions.find(before.id())).isEqualTo(before);
        assertThat(told).hasSize(toldBefore);
        assertThat(fixture.audited(before.id())).hasSize(auditedBefore);
    }

    static Stream<Arguments> changeStatus_everyPair() {
        return Arrays.stream(SessionStatus.values())
                .flatMap(from -> Arrays.stream(SessionStatus.values()).map(to -> arguments(from, to)));
    }

    @Test
    void changeStatus_life_hasItsTimes() {
        UUID id = fixture.create(body()).id();
        clock.advance(Duration.ofSeconds(1));
        Session running = fixture.change(id, RUNNING);
        clock.advance(Duration.ofSeconds(2));
        Session paused = fixture.change(id, PAUSED);
        clock.advance(Duration.ofSeconds(4));
        Session again = fixture.change(id, RUNNING);
        clock.advance(Duration.ofSeconds(8));
        Session completed = fixture.change(id, COMPLETED);

        assertThat(running.startedAt()).isEqualTo(NOON.plusSeconds(1));
        assertThat(running.durationMs()).isZero();
        assertThat(running.endedAt()).isNull();
        assertThat(paused.durationMs()).isEqualTo(2_000);
        assertThat(again.startedAt()).isEqualTo(running.startedAt());
        assertThat(again.updatedAt()).isEqualTo(NOON.plusSeconds(7));
        assertThat(completed.endedAt()).isEqualTo(NOON.plusSeconds(15));
        assertThat(completed.durationMs()).isEqualTo(14_000);
        assertThat(completed.createdAt()).isEqualTo(NOON);
        assertThat(sessions.find(id)).isEqualTo(completed);
    }

    @Test
    void changeStatus_endedBeforeItBegan_hasNoDuration() {
        Session cancelled = fixture.in(CANCELLED);

        assertThat(cancelled.startedAt()).isNull();
        assertThat(cancelled.endedAt()).isEqualTo(NOON);
        assertThat(cancelled.durationMs()).isNull();
    }

    @Test
    void changeStatus_clockStepsBack_timesDoNot() {
        UUID id = fixture.in(RUNNING).id();
        clock.advance(Duration.ofHours(-1));

        Session completed = fixture.change(id, COMPLETED);

        assertThat(completed.updatedAt()).isEqualTo(NOON);
        assertThat(completed.endedAt()).isEqualTo(NOON);
        assertThat(completed.durationMs()).isZero();
    }

    @Test
    void changeStatus_progress_isKeptUntilCompletion() {
        UUID id = fixture.create(body()).id();

        assertThat(move(id, RUNNING, 0.25).progress()).isEqualTo(0.25);
        Session paused = move(id, PAUSED, null);
        assertThat(paused.progress()).isEqualTo(0.25);
        Session further = move(id, PAUSED, 0.5);
        assertThat(further.progress()).isEqualTo(0.5);
        assertThat(further.version()).isEqualTo(paused.version() + 1);
        assertThat(move(id, PAUSED, 0.5)).isEqualTo(further);
        assertThat(move(id, COMPLETED, 0.75).progress()).isEqualTo(1);
        assertThat(move(id, COMPLETED, 0.1).progress()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.0, 1, 1e-300, 0.1})
    void changeStatus_progressAtTheBounds_readsBackAsAnswered(double progress) {
        Session running = move(fixture.create(body()).id(), RUNNING, progress);

        assertThat(sessions.find(running.id())).isEqualTo(running);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.001, 1.001, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void changeStatus_progressOutOfRange_isRefused(double progress) {
        UUID id = fixture.create(body()).id();

        assertInvalid(() -> move(id, RUNNING, progress), "/progress");
    }

    @Test
    void changeStatus_invalid_namesThePlaces() {
        UUID id = fixture.create(body()).id();

        assertInvalid(() -> move(id, null, null), "/status");
        assertInvalid(() -> fail(id, RUNNING, "message", null), "/error");
        assertInvalid(() -> fail(id, FAILED, null, null), "/error/message");
        assertInvalid(() -> fail(id, FAILED, "m".repeat(20_001), "p".repeat(101)), "/error/message", "/error/provider");
        assertInvalid(() -> fail(id, FAILED, "half a pair \uD83D", null), "/error/message");
        assertThat(sessions.find(id).status()).isEqualTo(PENDING);
    }

    @ParameterizedTest
    @CsvSource({
        "CUDA out of memory. Tried to allocate 2.00 GiB, out_of_memory",
        "Loss is nan, numerical_instability",
        "something odd, unknown"
    })
    void changeStatus_failed_hasMessageAndCategory(String message, String category) {
        Session failed = fail(fixture.in(RUNNING).id(), FAILED, message, "openai");

        assertThat(failed.error()).isEqualTo(new Session.Failure(message, category));
        assertThat(sessions.find(failed.id())).isEqualTo(failed);
        assertThat(fixture.audited(failed.id()).get(2).detail()).containsEntry("category", category);
    }

    @Test
    void changeStatus_failed_isAnalysedWithProviderAndTechnique() {
        assertThat(fail(fixture.in(RUNNING).id(), FAILED, "Unauthorized, said the database psycopg", "mistral")
                        .error()
                        .category())
                .isEqualTo("api_key_invalid");
        assertThat(fail(fixture.in(RUNNING).id(), FAILED, "Unauthorized, said the database psycopg", "acme")
                        .error()
                        .category())
                .isEqualTo("database");
        assertThat(fail(fixture.create(body().technique(Technique.QUANTIZATION)).id(), FAILED, "no qengine", null)
                        .error()
                        .category())
                .isEqualTo("unsupported_operator");
        assertThat(fail(fixture.create(body().technique(Technique.PRUNING)).id(), FAILED, "no qengine", null)
                        .error()
                        .category())
                .isEqualTo("unknown");
    }

    @Test
    void guidance_ofAFailedSession_isForItsCategoryAndTechnique() {
        Session failed = fixture.fail(
                fixture.create(body().technique(Technique.QUANTIZATION)).id(), "CUDA out of memory");

        Guidance guidance = sessions.guidance(failed.id());

        assertThat(guidance.category()).isEqualTo("out_of_memory");
        assertThat(guidance.nextSteps().get(0)).contains("layer by layer");
    }

    @Test
    void guidance_ofAnAbandonedSession_staysWithThat() {
        Session running = fixture.change(fixture.create(body().lease(10)).id(), RUNNING);
        clock.advance(Duration.ofMinutes(1));
        sessions.failAbandoned(10);

        assertThat(sessions.guidance(running.id()).category()).isEqualTo("abandoned");
    }

    @Test
    void guidance_noErrorOrNoSession_isNotFound() {
        UUID id = fixture.in(RUNNING).id();

        assertRefused(ProblemType.NOT_FOUND, () -> sessions.guidance(id));
        assertRefused(ProblemType.NOT_FOUND, () -> sessions.guidance(UUID.randomUUID()));
    }

    @Test
    void changeStatus_failedWithLongAndStrangeMessage_keepsItVerbatim() {
        String message = (SQL_AND_HTML + EMOJI_AND_MARKS + "\n")
                .repeat(200)
                .substring(0, 20_000)
                .strip();

        Session failed = fixture.fail(fixture.create(body()).id(), message);

        assertThat(sessions.find(failed.id()).error().message()).isEqualTo(message);
    }

    @Test
    void changeStatus_failedWithoutError_isOfUnknownCategory() {
        assertThat(fixture.in(FAILED).error().category()).isEqualTo("unknown");
    }

    @Test
    void changeStatus_ifMatch() {
        Session session = fixture.create(body());

        assertRefused(ProblemType.PRECONDITION_FAILED, () -> moveIf(session.id(), RUNNING, "\"v2\""));
        assertRefused(ProblemType.PRECONDITION_FAILED, () -> moveIf(session.id(), RUNNING, "W/\"v1\""));
        assertThat(sessions.find(session.id())).isEqualTo(session);
        assertThat(moveIf(session.id(), RUNNING, "\"v7\", \"v1\"").version()).isEqualTo(2);
        assertRefused(ProblemType.PRECONDITION_FAILED, () -> moveIf(session.id(), RUNNING, "\"v1\""));
        assertThat(moveIf(session.id(), PAUSED, "*").version()).isEqualTo(3);
    }

    @Test
    void changeStatus_ofSeveralAtOnce_oneWins() throws Exception {
        for (int round = 0; round < 10; round++) {
            UUID id = fixture.in(RUNNING).id();
            List<Boolean> won = together(4, () -> {
                try {
                    moveIf(id, COMPLETED, "\"v2\"");
                    return true;
                } catch (ProblemException e) {
                    return false;
                }
            });
            assertThat(won).filteredOn(Boolean::booleanValue).hasSize(1);
            assertThat(sessions.find(id).version()).isEqualTo(3);
        }
    }

    @Test
    void anything_unknownSession_isNotFound() {
        UUID id = Uuids.create();

        List.<Runnable>of(
                        () -> sessions.find(id),
                        () -> fixture.change(id, RUNNING),
                        () -> sessions.heartbeat(id),
                        () -> fixture.record(id, 1, "m", 1),
                        () -> sessions.verdict(id),
                        () -> sessions.rejudge(ADA, id),
                        () -> fixture.series.read(id, "m", 0, 1, null))
                .forEach(call -> assertThat(
                                assertRefused(ProblemType.NOT_FOUND, call::run).detail())
                        .contains(id.toString()));
    }

    // Leases

    @Test
    void failAbandoned_leaseEnds_afterItsVeryLastMillisecond() {
        UUID id = fixture.create(body().lease(10)).id();

        clock.advance(Duration.ofSeconds(10));
        assertThat(sessions.failAbandoned(10)).isZero();
        clock.advance(Duration.ofMillis(1));
        assertThat(sessions.failAbandoned(10)).isEqualTo(1);
        assertThat(sessions.failAbandoned(10)).isZero();

        assertThat(sessions.find(id).status()).isEqualTo(FAILED);
    }

    @Test
    void failAbandoned_tellsWhoAndWhy() {
        Session running = fixture.change(fixture.create(body().lease(10)).id(), RUNNING);
        clock.advance(Duration.ofMinutes(1));

        sessions.failAbandoned(10);

        Session failed = sessions.find(running.id());
        assertThat(failed.error().category()).isEqualTo("abandoned");
        assertThat(failed.endedAt()).isEqualTo(NOON.plusSeconds(60));
        assertThat(told).last().isEqualTo(new SessionChanged(failed, Kind.CHANGED));
        assertThat(fixture.audited(failed.id())).last().satisfies(entry -> {
            assertThat(entry.action()).isEqualTo("session.abandoned");
            assertThat(entry.actor()).isEqualTo("hone");
            assertThat(entry.requestId()).isNull();
            assertThat(entry.detail()).isEqualTo(Map.of("from", "running"));
        });
        assertThat(fixture.statistics.recount()).isEmpty();
    }

    @Test
    void lease_heartbeatStepsAndStatus_renewIt() {
        UUID id = fixture.create(body().lease(60)).id();
        List<Runnable> signs = List.of(
                () -> fixture.change(id, RUNNING),
                () -> fixture.record(id, 1, "m", 1),
                () -> assertThat(sessions.heartbeat(id))
                        .contains(clock.instant().plusSeconds(60)),
                () -> fixture.record(id, 1, "m", 1),
                () -> fixture.change(id, PAUSED));
        for (Runnable sign : signs) {
            clock.advance(Duration.ofSeconds(59));
            sign.run();
        }
        clock.advance(Duration.ofSeconds(60));

        assertThat(sessions.failAbandoned(10)).isZero();
        clock.advance(Duration.ofMillis(1));
        assertThat(sessions.failAbandoned(10)).isEqualTo(1);
    }

    @Test
    void heartbeat_changesNothingElse() {
        Session session = fixture.create(body().lease(60));
        clock.advance(Duration.ofSeconds(1));

        sessions.heartbeat(session.id());

        assertThat(sessions.find(session.id())).isEqualTo(session);
    }

    @Test
    void heartbeat_withoutLease_isEmpty() {
        UUID id = fixture.create(body()).id();

        assertThat(sessions.heartbeat(id)).isEmpty();
        clock.advance(Duration.ofDays(365));
        assertThat(sessions.failAbandoned(10)).isZero();
    }

    /** Between the search and the failing lies a moment in which a job may speak up. */
    @Test
    void failAbandoned_heartbeatAfterTheSearch_wins() {
        UUID id = fixture.create(body().lease(10)).id();
        clock.advance(Duration.ofSeconds(11));
        SessionRepository searched = new SessionRepository(database) {
            @Override
            List<UUID> findExpired(Instant bound, int limit) {
                List<UUID> expired = super.findExpired(bound, limit);
                expired.forEach(sessions::heartbeat);
                return expired;
            }
        };

        assertThat(new SessionsFixture(
                                database,
                                settings,
                                events,
                                clock,
                                searched,
                                new SessionSearch(database, new StepRepository(database)))
                        .sessions.failAbandoned(10))
                .isZero();
        assertThat(sessions.find(id).status()).isEqualTo(PENDING);
    }

    @Test
    void failAbandoned_ended_isLeftAlone() {
        Session done = fixture.change(
                fixture.change(fixture.create(body().lease(10)).id(), RUNNING).id(), COMPLETED);
        clock.advance(Duration.ofDays(1));

        assertThat(sessions.failAbandoned(10)).isZero();
        assertThat(sessions.find(done.id())).isEqualTo(done);
    }

    @Test
    void failAbandoned_limit_isKeptAndTheLongestSilentGoFirst() {
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ids.add(fixture.create(body().lease(10)).id());
            clock.advance(Duration.ofSeconds(1));
        }
        clock.advance(Duration.ofMinutes(1));

        assertThat(sessions.failAbandoned(2)).isEqualTo(2);
        assertThat(ids).extracting(id -> sessions.find(id).status()).containsExactly(FAILED, FAILED, PENDING);
    }

    @Test
    void lateWriter_isToldThatTheSessionCountsAsAbandoned() {
        UUID id = fixture.create(body().lease(10)).id();
        clock.advance(Duration.ofMinutes(1));
        sessions.failAbandoned(10);

        assertThat(assertRefused(ProblemType.CONFLICT, () -> sessions.heartbeat(id))
                        .detail())
                .contains("abandoned");
        assertThat(assertRefused(ProblemType.CONFLICT, () -> fixture.record(id, 1, "m", 1))
                        .detail())
                .contains("abandoned");
        assertRefused(ProblemType.ILLEGAL_TRANSITION, () -> fixture.change(id, COMPLETED));
    }

    @ParameterizedTest
    @EnumSource(names = {"COMPLETED", "FAILED", "CANCELLED"})
    void heartbeat_ended_isRefused(SessionStatus status) {
        UUID id = fixture.in(status).id();

        assertRefused(ProblemType.CONFLICT, () -> sessions.heartbeat(id));
    }

    // Verdicts

    @Test
    void verdict_metricsChange_flipsAndIsCounted() {
        fixture.criteria.create(ADA, body("edge", item("m", ">=", 1)), null);
        UUID id = fixture.create(body().criteria("edge")).id();
        assertThat(verdicts()).isEqualTo(Map.of("undecided", 1L));

        assertThat(fixture.record(id, 1, "m", 0).verdict()).isEqualTo(Verdict.NOT_MET);
        assertThat(verdicts()).isEqualTo(Map.of("not_met", 1L));
        assertThat(fixture.record(id, 2, "m", 2).verdict()).isEqualTo(Verdict.MET);
        assertThat(verdicts()).isEqualTo(Map.of("met", 1L));
        assertThat(fixture.record(id, 3, "m", Double.NaN).verdict()).isEqualTo(Verdict.NOT_MET);
        assertThat(fixture.statistics.recount()).isEmpty();

        VerdictDocument document = sessions.verdict(id);
        assertThat(document.verdict()).isEqualTo(Verdict.NOT_MET);
        assertThat(document.score()).isZero();
        assertThat(document.newestVersion()).isEqualTo(1);
        assertThat(document.results()).singleElement().satisfies(result -> {
            assertThat(result.actual()).isNaN();
            assertThat(result.met()).isFalse();
            assertThat(result.missedBy()).isNull();
        });
    }

    @Test
    void verdict_baselineIsASession_followsItsMetricsAtTheEnd() {
        fixture.criteria.create(ADA, body("keep", ofBaseline("acc", ">=", 0.98)), null);
        UUID base = fixture.create(body()).id();
        UUID id = fixture.create(body().criteria("keep").baseline(base.toString()))
                .id();

        assertThat(fixture.record(id, 1, "acc", 0.9).verdict()).isEqualTo(Verdict.UNDECIDED);
        fixture.record(base, 1, "acc", 0.91);
        fixture.change(id, RUNNING);
        assertThat(fixture.change(id, COMPLETED).verdict()).isEqualTo(Verdict.MET);
        assertThat(sessions.verdict(id).results().get(0).bound()).isEqualTo(0.98 * 0.91);
    }

    @Test
    void verdict_withoutCriteria_isEmpty() {
        VerdictDocument document = sessions.verdict(fixture.create(body()).id());

        assertThat(document).isEqualTo(new VerdictDocument(null, null, null, null, null, List.of()));
    }

    @Test
    void rejudge_newerVersion_judgesByIt_othersKeepTheirs() {
        fixture.criteria.create(ADA, body("edge", item("m", ">=", 1)), null);
        UUID id = fixture.create(body().criteria("edge")).id();
        UUID other = fixture.create(body().criteria("edge")).id();
        fixture.record(id, 1, "m", 1.5);
        fixture.record(other, 1, "m", 1.5);
        fixture.change(id, RUNNING);
        Session done = fixture.change(id, COMPLETED);
        fixture.criteria.put(ADA, "edge", body(null, item("m", ">=", 2)), null);
        assertThat(sessions.verdict(id).newestVersion()).isEqualTo(2);
        assertThat(fixture.record(other, 2, "m", 1.6).criteria().version()).isEqualTo(1);

        VerdictDocument document = sessions.rejudge(BOB, id);

        assertThat(document.verdict()).isEqualTo(Verdict.NOT_MET);
        assertThat(document.criteria()).isEqualTo(new CriteriaVersion("edge", 2));
        assertThat(sessions.find(other).verdict()).isEqualTo(Verdict.MET);
        Session rejudged = sessions.find(id);
        assertThat(rejudged.status()).isEqualTo(COMPLETED);
        assertThat(rejudged.durationMs()).isEqualTo(done.durationMs());
        assertThat(rejudged.version()).isEqualTo(done.version() + 1);
        assertThat(told).last().isEqualTo(new SessionChanged(rejudged, Kind.CHANGED));
        assertThat(fixture.audited(id)).last().satisfies(entry -> {
            assertThat(entry.action()).isEqualTo("session.rejudged");
            assertThat(entry.actor()).isEqualTo("bob");
            assertThat(entry.detail()).isEqualTo(Map.of("from", 1, "to", 2));
        });
        assertThat(verdicts()).isEqualTo(Map.of("met", 1L, "not_met", 1L));
    }

    @Test
    void rejudge_criteriaMissingOrDeleted_isRefused() {
        fixture.criteria.create(ADA, body("edge", item("m", ">=", 1)), null);
        UUID bound = fixture.create(body().criteria("edge")).id();
        UUID free = fixture.create(body()).id();
        fixture.criteria.delete(ADA, "edge", null);

        assertRefused(ProblemType.CONFLICT, () -> sessions.rejudge(ADA, bound));
        assertRefused(ProblemType.CONFLICT, () -> sessions.rejudge(ADA, free));
        assertThat(fixture.record(bound, 1, "m", 1).verdict()).isEqualTo(Verdict.MET);
        assertThat(sessions.verdict(bound).newestVersion()).isNull();
    }

    private Map<String, Long> verdicts() {
        return fixture.statistics
                .read(null, Grain.DAY, NOON.minus(Duration.ofDays(1)))
                .verdicts();
    }

    private Session move(UUID id, SessionStatus status, Double progress) {
        return sessions.changeStatus(ADA, id, new StatusChange(status, progress, null), null);
    }

    private Session moveIf(UUID id, SessionStatus status, String condition) {
        return sessions.changeStatus(ADA, id, new StatusChange(status, null, null), condition);
    }

    private Session fail(UUID id, SessionStatus status, String message, String provider) {
        return sessions.changeStatus(
                ADA, id, new StatusChange(status, null, new ReportedError(message, provider)), null);
    }

    private static NewSession everything() {
        return body().baseline(Map.of("accuracy", 0.5))
                .param("number", 1)
                .param("text", EMOJI_AND_MARKS)
                .param("nothing", null)
                .tag("t", "v")
                .notes(SQL_AND_HTML)
                .lease(60)
                .build();
    }

    private static Idempotency.Key key(String name, String bodyHash) {
        return new Idempotency.Key("POST /sessions " + name, bodyHash);
    }

    /** What some threads that begin together get. */
    private static <T> List<T> together(int threads, Callable<T> work) throws Exception {
        CyclicBarrier start = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                futures.add(pool.submit(() -> {
                    start.await();
                    return work.call();
                }));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } finally {
            pool.shutdownNow();
        }
    }
}
