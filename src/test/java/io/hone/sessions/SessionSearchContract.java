package io.hone.sessions;

import static io.hone.audit.Refusals.assertInvalid;
import static io.hone.audit.Refusals.assertRefused;
import static io.hone.criteria.CriteriaFixture.body;
import static io.hone.criteria.CriteriaFixture.item;
import static io.hone.sessions.SessionStatus.CANCELLED;
import static io.hone.sessions.SessionStatus.COMPLETED;
import static io.hone.sessions.SessionStatus.FAILED;
import static io.hone.sessions.SessionStatus.PAUSED;
import static io.hone.sessions.SessionStatus.PENDING;
import static io.hone.sessions.SessionStatus.RUNNING;
import static io.hone.sessions.SessionsFixture.body;
import static java.util.Comparator.comparing;
import static org.assertj.core.api.Assertions.assertThat;

import io.hone.audit.StoreContract;
import io.hone.criteria.Technique;
import io.hone.http.Cursor;
import io.hone.http.Page;
import io.hone.http.ProblemType;
import io.hone.http.Uuids;
import io.hone.sessions.SessionFilter.Parent;
import io.hone.sessions.SessionFilter.Sort;
import io.hone.sessions.SessionsFixture.Body;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Listing sessions: filters, orders, pages. */
abstract class SessionSearchContract extends StoreContract {

    private SessionsFixture fixture;

    @BeforeEach
    void build() {
        fixture = fixture();
    }

    SessionsFixture fixture() {
        return new SessionsFixture(database, settings, events, clock);
    }

    // Filters

    @Test
    void list_nothingStored_isEmpty() {
        assertThat(names(Filters.all())).isEmpty();
        assertThat(names(Filters.all().sort("metric:loss"))).isEmpty();
    }

    @Test
    void list_columns_keepWhatIsEqual() {
        create(body().name("a").project("vision").model("resnet").technique(Technique.PRUNING));
        create(body().name("b").project("vision").model("bert").technique(Technique.OTHER));
        create(body().name("c").project("Vision").model("resnet").technique(Technique.OTHER));

        assertThat(names(Filters.all().project("vision"))).containsExactly("b", "a");
        assertThat(names(Filters.all().model("resnet"))).containsExactly("c", "a");
        assertThat(names(Filters.all().technique(Technique.OTHER))).containsExactly("c", "b");
        assertThat(names(Filters.all().project("vision").technique(Technique.OTHER)))
                .containsExactly("b");
        assertThat(names(Filters.all().project("' OR 1=1 --"))).isEmpty();
    }

    @Test
    void list_owner() {
        create(body().name("of ada"));
        fixture.sessions.create(BOB, body().name("of bob").build(), null);

        assertThat(names(Filters.all().owner("bob"))).containsExactly("of bob");
        assertThat(names(Filters.all().owner("Bob"))).isEmpty();
    }

    @Test
    void list_statuses_areAnyOfThem() {
        Map<SessionStatus, UUID> ids = new HashMap<>();
        for (SessionStatus status : SessionStatus.values()) {
            ids.put(status, fixture.in(status).id());
            clock.advance(Duration.ofSeconds(1));
        }

        assertThat(ids(Filters.all().status(RUNNING))).containsExactly(ids.get(RUNNING));
        assertThat(ids(Filters.all().status(PENDING, FAILED, CANCELLED)))
                .containsExactly(ids.get(CANCELLED), ids.get(FAILED), ids.get(PENDING));
        assertThat(ids(Filters.all().status(SessionStatus.values()))).hasSize(6);
        assertThat(ids(Filters.all().status(PENDING, COMPLETED).sort("created_at")))
                .containsExactly(ids.get(PENDING), ids.get(COMPLETED));
    }

    @Test
    void list_verdict() {
        fixture.criteria.create(ADA, body("edge", item("m", ">=", 1)), null);
        fixture.record(create(body().name("met").criteria("edge")).id(), 1, "m", 1);
        fixture.record(create(body().name("not met").criteria("edge")).id(), 1, "m", 0);
        create(body().name("undecided").criteria("edge"));
        create(body().name("none"));

        assertThat(names(Filters.all().verdict("met"))).containsExactly("met");
        assertThat(names(Filters.all().verdict("not_met"))).containsExactly("not met");
        assertThat(names(Filters.all().verdict("undecided"))).containsExactly("undecided");
        assertThat(names(Filters.all().verdict("none"))).containsExactly("none");
    }

    @Test
    void list_errorCategory_isThatOfTheFailure() {
        UUID memory = create(body().name("memory")).id();
        fixture.fail(memory, "CUDA out of memory");
        clock.advance(Duration.ofSeconds(1));
        UUID child = create(body().name("child").parent(memory)).id();
        fixture.fail(child, "CUDA out of memory");
        fixture.fail(create(body().name("key")).id(), "Incorrect API key provided");
        create(body().name("none"));

        assertThat(names(Filters.all().errorCategory("out_of_memory"))).containsExactly("memory");
        assertThat(names(Filters.all().errorCategory("out_of_memory").parent(Parent.ANY)))
                .containsExactly("child", "memory");
        assertThat(names(Filters.all().errorCategory("api_key_invalid"))).containsExactly("key");
        assertThat(names(Filters.all().errorCategory("api_key_invalid").status(FAILED)))
                .containsExactly("key");
        assertThat(names(Filters.all().errorCategory("Out_of_memory"))).isEmpty();
        assertThat(names(Filters.all().errorCategory("out_of_memory").status(RUNNING)))
                .isEmpty();
    }

    @Test
    void list_tags_mustAllBeThere() {
        create(body().name("a").tag("team", "edge").tag("gpu", "a100"));
        create(body().name("b").tag("team", "edge").tag("gpu", "t4"));
        create(body().name("c").tag("Team", "edge").tag("x:y", "1:2"));

        assertThat(names(Filters.all().tag("team", "edge"))).containsExactly("b", "a");
        assertThat(names(Filters.all().tag("team", "edge").tag("gpu", "a100"))).containsExactly("a");
        assertThat(names(Filters.all().tag("team", "edge").tag("team", "other")))
                .isEmpty();
        assertThat(names(Filters.all().tag("x:y", "1:2"))).containsExactly("c");
        assertThat(names(Filters.all().tag("team", ""))).isEmpty();
    }

    @Test
    void list_created_afterIsInclusiveAndBeforeExclusive() {
        for (String name : List.of("a", "b", "c")) {
            create(body().name(name));
            clock.advance(Duration.ofMillis(1));
        }

        assertThat(names(Filters.all().after(NOON.plusMillis(1)))).containsExactly("c", "b");
        assertThat(names(Filters.all().before(NOON.plusMillis(1)))).containsExactly("a");
        assertThat(names(Filters.all().after(NOON.plusMillis(1)).before(NOON.plusMillis(2))))
                .containsExactly("b");
    }

    @Test
    void list_parent_topLevelUnlessAsked() {
        Session top = create(body().name("top"));
        Session other = create(body().name("other"));
        Session child = create(body().name("child").parent(top.id()));
        create(body().name("grandchild").parent(child.id()));

        assertThat(names(Filters.all())).containsExactly("other", "top");
        assertThat(names(Filters.all().parent(new Parent(false, top.id())))).containsExactly("child");
        assertThat(names(Filters.all().parent(new Parent(false, child.id())))).containsExactly("grandchild");
        assertThat(names(Filters.all().parent(new Parent(false, other.id())))).isEmpty();
        assertThat(names(Filters.all().parent(Parent.ANY))).containsExactly("grandchild", "child", "other", "top");
        UUID missing = Uuids.create();
        assertRefused(ProblemType.NOT_FOUND, () -> names(Filters.all().parent(new Parent(false, missing))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "resnet | in model",
                "RESNET | in model",
                "some notes | in notes",
                "100% | percent",
                "0%_ | percent",
                "under_score | underscore",
                "under!score | exclamation",
                "back\\slash | backslash",
                "'quoted' | quote",
                ":colon <angle> ? | colon",
                "GRÖSSE | umlaut upper",
                "größe | umlaut lower",
                "Модель | cyrillic",
                "模型 | chinese",
                "📏 | emoji"
            })
    void list_query_findsThePartAsItStands(String query, String name) {
        create(body().name("in model").model("ResNet-50"));
        create(body().name("in notes").notes("Some NOTES here"));
        create(body().name("percent").notes("100%_sure"));
        create(body().name("underscore").notes("under_score"));
        create(body().name("exclamation").notes("under!score"));
        create(body().name("backslash").notes("back\\slash"));
        create(body().name("quote").notes("a 'quoted' part"));
        create(body().name("colon").notes("with :colon <angle> ? and {brace}"));
        create(body().name("umlaut upper").notes("DIE GRÖSSE"));
        create(body().name("umlaut lower").notes("die größe"));
        create(body().name("cyrillic").notes("Модель"));
        create(body().name("chinese").notes("压缩模型"));
        create(body().name("emoji").notes("to the 📏"));
        create(body().name("other").notes("underXscore 1000 back/slash"));

        assertThat(names(Filters.all().query(query))).containsExactly(name);
    }

    @ParameterizedTest
    @CsvSource({"GRÖSSE, grösse", "grösse, GRÖSSE", "модель, МОДЕЛЬ"})
    void list_query_letterCaseDoesNotMatterInAnyAlphabet(String query, String notes) {
        create(body().notes(notes));

        assertThat(names(Filters.all().query(query))).hasSize(1);
    }

    @Test
    void list_everyFilterTogether() {
        fixture.criteria.create(ADA, body("edge", item("m", ">=", 1)), null);
        Session parent = create(body().name("parent"));
        Body wanted = body().name("wanted 100%")
                .project("p")
                .model("m")
                .technique(Technique.DISTILLATION)
                .criteria("edge")
                .parent(parent.id())
                .tag("t", "v")
                .tag("u", "w");
        Session session = create(wanted);
        fixture.record(session.id(), 1, "m", 2);
        fixture.change(session.id(), RUNNING);

        for (String sort : List.of("-created_at", "created_at", "updated_at", "-duration", "metric:m", "-metric:m")) {
            assertThat(names(Filters.all()
                            .status(RUNNING, PAUSED)
                            .project("p")
                            .model("m")
                            .technique(Technique.DISTILLATION)
                            .verdict("met")
                            .owner("ada")
                            .query("100%")
                            .parent(new Parent(false, parent.id()))
                            .tag("t", "v")
                            .tag("u", "w")
                            .after(NOON)
                            .before(NOON.plusMillis(1))
                            .sort(sort)))
                    .as(sort)
                    .containsExactly("wanted 100%");
        }
    }

    @Test
    void list_itemsAreWhole() {
        fixture.criteria.create(ADA, body("edge", item("m", ">=", 1)), null);
        Session base = create(body());
        UUID id = create(body().criteria("edge")
                        .baseline(base.id().toString())
                        .param("p", 1)
                        .tag("t", "v"))
                .id();
        fixture.record(id, 1, "m", Double.NaN);
        fixture.record(id, 1, "n", 2);
        fixture.fail(id, "CUDA out of memory");

        assertThat(fixture.sessions.list(Filters.all().build(), null, 10).items())
                .containsExactlyInAnyOrder(fixture.sessions.find(id), fixture.sessions.find(base.id()));
    }

    // Orders and pages

    @ParameterizedTest
    @ValueSource(
            strings = {
                "created_at",
                "-created_at",
                "updated_at",
                "-updated_at",
                "duration",
                "-duration",
                "metric:loss",
                "-metric:loss",
                "metric:unheard-of"
            })
    void list_everySortAndPageSize_hasEachSessionOnceInOrder(String sort) {
        List<Session> all = variety();
        List<UUID> expected = expected(all, Sort.parse(sort));

        for (int limit = 1; limit <= 7; limit++) {
            assertThat(walked(Filters.all().sort(sort), limit))
                    .as("limit " + limit)
                    .isEqualTo(expected);
        }
        assertThat(walked(Filters.all().sort(sort), 500)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "created_at",
                "-created_at",
                "-updated_at",
                "duration",
                "-duration",
                "metric:loss",
                "-metric:loss"
            })
    void list_severalStatuses_pagesAreInOrderToo(String sort) {
        List<Session> wanted = variety().stream()
                .filter(session -> session.status() == PENDING || session.status() == COMPLETED)
                .toList();
        List<UUID> expected = expected(wanted, Sort.parse(sort));

        for (int limit : new int[] {1, 2, 3, 5, 50}) {
            assertThat(walked(Filters.all().status(PENDING, COMPLETED).sort(sort), limit))
                    .as("limit " + limit)
                    .isEqualTo(expected);
        }
    }

    @Test
    void list_sessionsAddedWhilePagesAreRead_repeatNone() {
        for (int i = 0; i < 4; i++) {
            create(body().name("old " + i));
        }
        Page<Session> first = fixture.sessions.list(Filters.all().build(), null, 2);
        create(body().name("new"));

        Page<Session> second = fixture.sessions.list(Filters.all().build(), first.nextCursor(), 2);

        assertThat(first.items()).extracting(Session::name).containsExactly("old 3", "old 2");
        assertThat(second.items()).extracting(Session::name).containsExactly("old 1", "old 0");
        assertThat(second.nextCursor()).isNull();
    }

    @Test
    void list_cursorOfAnotherOrder_isRefused() {
        variety();
        for (String sort : List.of("-created_at", "updated_at", "-duration", "metric:loss", "-metric:loss")) {
            String cursor = fixture.sessions
                    .list(Filters.all().sort(sort).build(), null, 1)
                    .nextCursor();
            for (String other : List.of("created_at", "-updated_at", "duration", "metric:acc", "metric:-loss")) {
                assertInvalid(
                        () -> fixture.sessions.list(Filters.all().sort(other).build(), cursor, 1), "?cursor");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "====", "!!", "AAAA", "../../etc/passwd", "c2Vzc2lvbnM", "ä", "' OR 1=1"})
    void list_cursorThatIsNone_isRefused(String cursor) {
        assertInvalid(() -> fixture.sessions.list(Filters.all().build(), cursor, 1), "?cursor");
    }

    @ParameterizedTest
    @CsvSource({"0, x, 1", "0, 1, x", "0, , ", "0, 1, 1.5", "0, 1, 99999999999999999999"})
    void list_cursorWithWrongKeys_isRefused(String phase, String value, String no) {
        String made = new Cursor(
                        "sessions -created_at", List.of(phase, value == null ? "" : value, no == null ? "" : no))
                .encode();

        assertInvalid(() -> fixture.sessions.list(Filters.all().build(), made, 1), "?cursor");
    }

    @ParameterizedTest
    @CsvSource({"0, NaN, 1", "1, 0, 1", "7, 0, 1", "0, Infinity, 1", "0, -1e300, -5", "0, 0x1p3, 1"})
    void list_cursorThatWasMadeUp_doesNoHarm(String phase, String value, String no) {
        variety();
        for (String sort : List.of("-created_at", "updated_at", "duration", "metric:loss", "-metric:loss")) {
            String made = new Cursor("sessions " + sort, List.of(phase, value, no)).encode();

            assertThat(fixture.sessions
                            .list(Filters.all().sort(sort).build(), made, 5)
                            .items())
                    .hasSizeLessThanOrEqualTo(5);
        }
    }

    /** Sessions with ties, gaps and extremes in everything that can be sorted by, in the order of their creation. */
    private List<Session> variety() {
        double[] losses = {
            0.5, Double.NaN, Double.POSITIVE_INFINITY, 0.5, Double.NEGATIVE_INFINITY, -3, 0.25, 1e300, 0.5, 0
        };
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < 23; i++) {
            ids.add(create(body().name("s" + i)).id());
            if (i % 3 == 0) {
                clock.advance(Duration.ofSeconds(1));
            }
        }
        for (int i = 0; i < ids.size(); i++) {
            if (i % 2 == 0) {
                fixture.change(ids.get(i), RUNNING);
            }
        }
        for (int i = 0; i < losses.length; i++) {
            fixture.record(ids.get((i * 7) % ids.size()), 1, "loss", losses[i]);
        }
        clock.advance(Duration.ofSeconds(1));
        for (int i = 0; i < ids.size(); i += 4) {
            if (i % 8 == 0) {
                clock.advance(Duration.ofMillis(500));
            }
            fixture.change(ids.get(i), COMPLETED);
        }
        return ids.stream().map(fixture.sessions::find).toList();
    }

    /** What sorting in memory gives: those with a value by it, ties by creation; then the others, newest first. */
    private static List<UUID> expected(List<Session> inOrderOfCreation, Sort sort) {
        Function<Session, Double> value = session -> switch (sort.by()) {
            case CREATED -> (double) session.createdAt().toEpochMilli();
            case UPDATED -> (double) session.updatedAt().toEpochMilli();
            case DURATION -> session.durationMs() == null ? null : (double) session.durationMs();
            case METRIC -> {
                MetricSummary summary = session.metrics().get(sort.metric());
                yield summary == null || Double.isNaN(summary.last()) ? null : (Double) summary.last();
            }
        };
        List<Session> with = new ArrayList<>();
        List<Session> without = new ArrayList<>();
        inOrderOfCreation.forEach(session -> (value.apply(session) == null ? without : with).add(session));
        if (sort.descending()) {
            Collections.reverse(with);
        }
        Comparator<Session> order = comparing(value);
        with.sort(sort.descending() ? order.reversed() : order);
        Collections.reverse(without);
        with.addAll(without);
        return with.stream().map(Session::id).toList();
    }

    private Session create(Body body) {
        return fixture.create(body);
    }

    private List<UUID> walked(Filters filters, int limit) {
        List<UUID> ids = new ArrayList<>();
        String cursor = null;
        do {
            Page<Session> page = fixture.sessions.list(filters.build(), cursor, limit);
            assertThat(page.items()).hasSizeLessThanOrEqualTo(limit);
            assertThat(page.items().size() == limit || page.nextCursor() == null)
                    .isTrue();
            page.items().forEach(session -> ids.add(session.id()));
            assertThat(ids).doesNotHaveDuplicates();
            cursor = page.nextCursor();
        } while (cursor != null);
        return ids;
    }

    private List<UUID> ids(Filters filters) {
        return walked(filters, 100);
    }

    private List<String> names(Filters filters) {
        return fixture.sessions.list(filters.build(), null, 100).items().stream()
                .map(Session::name)
                .toList();
    }
}
