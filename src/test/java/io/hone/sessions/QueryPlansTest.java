package io.hone.sessions;

import static io.hone.sessions.SessionsFixture.ADA;
import static io.hone.sessions.SessionsFixture.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.hone.audit.Audit;
import io.hone.audit.SettableClock;
import io.hone.criteria.CriteriaFixture;
import io.hone.criteria.Technique;
import io.hone.database.Database;
import io.hone.database.TestDatabases;
import io.hone.events.Events;
import io.hone.http.Idempotency;
import io.hone.sessions.SessionFilter.Parent;
import io.hone.settings.Settings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No hot statement may read a whole table (DBS-3): SQLite's plan of the very SQL that each operation sends. */
class QueryPlansTest {

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    /** What was sent since a test last asked; the writer has a thread of its own. */
    private static final List<String> SENT = new CopyOnWriteArrayList<>();

    private static Database database;
    private static Connection connection;
    private static SessionsFixture fixture;
    private static SessionsFixture gathering;
    private static UUID id;

    @BeforeAll
    static void open(@TempDir Path folder) throws SQLException {
        database = TestDatabases.sqlite(folder);
        connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("hone.db"));
        database.read("test.listen", handle -> listenTo(handle.getJdbi()));
        database.write(transaction -> transaction.run("test.listen", handle -> listenTo(handle.getJdbi())));
        Settings settings = Settings.defaults();
        fixture = SessionsFixture.walking(database, settings, new Events(event -> {}), new SettableClock(NOON));
        gathering = new SessionsFixture(database, settings, new Events(event -> {}), new SettableClock(NOON));
        fixture.criteria.create(ADA, CriteriaFixture.body("edge", CriteriaFixture.item("m", ">", 1)), null);
        id = fixture.create(body().criteria("edge").lease(60).tag("t", "v")).id();
        fixture.record(id, 1, "m", 1);
    }

    @AfterAll
    static void close() throws SQLException {
        connection.close();
        database.close();
    }

    private static int listenTo(Jdbi jdbi) {
        jdbi.setSqlLogger(new SqlLogger() {
            @Override
            public void logBeforeExecution(StatementContext context) {
                SENT.add(context.getParsedSql().getSql());
            }
        });
        return 0;
    }

    @ParameterizedTest(name = "{0} by {1}")
    @MethodSource("filtersAndSorts")
    void list_anyFilterInAnyOrder_searches(String filter, String sort) {
        List<String> plan = plan(() -> list(filters(filter).sort(sort)));

        assertThat(plan).noneMatch(QueryPlansTest::readsAll);
        if (!filter.equals("created")) { // what is left of a range of time has to be sorted
            assertThat(sorted(plan)).isEmpty();
        }
    }

    static Stream<Arguments> filtersAndSorts() {
        List<String> filters = List.of(
                "none",
                "status",
                "project",
                "model",
                "model and status",
                "technique",
                "verdict",
                "owner",
                "failure",
                "tag",
                "query",
                "created",
                "child");
        return Stream.of(
                        "-created_at",
                        "created_at",
                        "-updated_at",
                        "updated_at",
                        "-duration",
                        "duration",
                        "-metric:m",
                        "metric:m")
                .flatMap(sort -> filters.stream()
                        .filter(filter -> !(filter.equals("created") && sort.endsWith("created_at")))
                        .map(filter -> arguments(filter, sort)));
    }

    /** Each would be slow for a rare value otherwise: all sessions had to be looked at to find the few. */
    @ParameterizedTest
    @CsvSource({
        "status, status",
        "project, project",
        "model, model",
        "model and status, model",
        "technique, technique",
        "verdict, verdict",
        "owner, owner",
        "failure, error_category",
        "created, created_at"
    })
    void list_filterInDefaultOrder_isServedByAnIndexOfItsColumn(String filter, String column) {
        assertThat(plan(() -> list(filters(filter))))
                .anyMatch(step -> step.matches("SEARCH s USING .*parent_no=\\? AND " + column + "[=>]\\?.*"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-created_at", "-updated_at", "duration", "-metric:m"})
    void list_severalStatuses_sortNoMoreThanAPageOfEach(String sort) {
        List<String> plan = plan(() -> list(filters("none")
                .status(SessionStatus.RUNNING, SessionStatus.PAUSED)
                .sort(sort)));

        assertThat(plan).noneMatch(QueryPlansTest::readsAll);
        assertThat(sorted(plan)).isEmpty();
    }

    /** What few sessions have is looked up first: the list then needs no more than those. */
    @ParameterizedTest
    @CsvSource({
        "tag, -created_at",
        "tag, -metric:m",
        "text, created_at",
        "text, duration",
        "text, metric:m",
        "criteria, -created_at"
    })
    void list_rareTagOrText_beginsWithThose(String filter, String sort) {
        Filters filters =
                switch (filter) {
                    case "tag" -> Filters.all().tag("t", "v");
                    case "criteria" -> Filters.all().criteria("edge");
                    default -> Filters.all().query("name");
                };

        List<String> plan =
                plan(() -> gathering.sessions.list(filters.sort(sort).build(), null, 10));

        assertThat(plan).noneMatch(QueryPlansTest::readsAll);
        assertThat(plan)
                .anyMatch(step -> step.matches(
                        switch (filter) {
                            case "tag" -> "SEARCH session_tag USING .*tag_key=\\? AND tag_value=\\?.*";
                            case "criteria" -> "SEARCH session USING .*criteria_no=\\?.*";
                            default -> "SCAN session_search VIRTUAL TABLE INDEX \\d+:M.*";
                        }))
                .anyMatch(step -> step.startsWith("SEARCH s USING INTEGER PRIMARY KEY"));
    }

    /** With children there is no equality to begin with: the index is walked in order until the page is full. */
    @ParameterizedTest
    @ValueSource(strings = {"-created_at", "created_at", "-metric:m", "metric:m"})
    void list_parentAny_walksAnIndexInOrder(String sort) {
        List<String> plan = plan(() -> list(filters("none").parent(Parent.ANY).sort(sort)));

        assertThat(plan).filteredOn(QueryPlansTest::readsAll).allMatch(step -> step.contains(" USING "));
        assertThat(sorted(plan)).isEmpty();
    }

    /** As the dashboard links to them: failures are few, and to be found without walking all sessions. */
    @Test
    void list_failureOnAnyLevel_isServedByAnIndex() {
        assertThat(plan(() -> list(filters("failure").parent(Parent.ANY).after(NOON))))
                .anyMatch(step -> step.matches("SEARCH s USING .*\\(error_category=\\? AND created_at>\\?\\)"))
                .noneMatch(step -> step.contains("TEMP B-TREE"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void operation_searches(String name, Runnable operation) {
        assertThat(plan(operation)).isNotEmpty().noneMatch(QueryPlansTest::readsAll);
    }

    static Stream<Arguments> operation_searches() {
        return Stream.<Map.Entry<String, Runnable>>of(
                        Map.entry("session.find", () -> fixture.sessions.find(id)),
                        Map.entry("session.compare", () -> fixture.sessions.compare(List.of(id, create(null)))),
                        Map.entry("session.judgement", () -> fixture.sessions.verdict(id)),
                        Map.entry("session.expired", () -> fixture.repository.findExpired(NOON, 10)),
                        Map.entry("session.create", () -> create(null)),
                        Map.entry("idempotency.find", () -> create(new Idempotency.Key("k", "b"))),
                        Map.entry("session.status", () -> fixture.change(create(null), SessionStatus.RUNNING)),
                        Map.entry("session.heartbeat", () -> fixture.sessions.heartbeat(id)),
                        Map.entry("session.rejudge", () -> fixture.sessions.rejudge(ADA, id)),
                        Map.entry("step.record", () -> fixture.record(id, 2, "m", 1)),
                        Map.entry("step.overwrite", () -> fixture.record(id, 1, "m", Math.random())),
                        Map.entry("step.series", () -> fixture.series.read(id, "m", 0, 10, null)),
                        Map.entry("session_count.read", () -> fixture.statistics.read("p", Grain.DAY, NOON)),
                        Map.entry("project.list", () -> fixture.statistics.projects("", 10)),
                        Map.entry("criteria.find newest", () -> fixture.criteria.newest("edge")),
                        Map.entry("criteria.find version", () -> fixture.criteria.version("edge", 1)),
                        Map.entry("criteria.list", () -> fixture.criteria.list(null, 10)),
                        Map.entry("criteria.versions", () -> fixture.criteria.versions("edge", null, 10)),
                        Map.entry("audit of a session", () -> audit(Audit.Filter.of("session", id.toString()), true)),
                        Map.entry("audit by actor", () -> audit(filter("ada", null), false)),
                        Map.entry("audit by action", () -> audit(filter(null, "session.created"), false)))
                .map(entry -> arguments(entry.getKey(), entry.getValue()));
    }

    @Test
    void audit_ofASession_isReadInOrder() {
        assertThat(plan(() -> audit(Audit.Filter.of("session", id.toString()), true)))
                .containsExactly("SEARCH audit USING INDEX audit_subject_idx (subject_type=? AND subject=?)");
    }

    /**
     * Whether a step of a plan goes through a whole table; {@code page}, {@code branch} and {@code few} are what was found, a match
     * of the search its lookup, rows of
     * values are what was asked for.
     */
    private static boolean readsAll(String step) {
        return step.startsWith("SCAN ")
                && !step.matches(
                        "SCAN (page|branch|few|\\d+-ROW VALUES CLAUSE|session_search VIRTUAL TABLE INDEX \\d+:M.*)");
    }

    /** What is put into order beyond the page of a branch, which is short. */
    private static List<String> sorted(List<String> plan) {
        return IntStream.range(1, plan.size())
                .filter(i -> plan.get(i).contains("TEMP B-TREE FOR ORDER BY"))
                .mapToObj(i -> plan.get(i - 1))
                .filter(step -> !step.equals("SCAN branch"))
                .toList();
    }

    private static Filters filters(String name) {
        Filters all = Filters.all();
        return switch (name) {
            case "none" -> all;
            case "status" -> all.status(SessionStatus.RUNNING);
            case "project" -> all.project("p");
            case "model" -> all.model("m");
            case "model and status" -> all.model("m").status(SessionStatus.RUNNING);
            case "technique" -> all.technique(Technique.OTHER);
            case "verdict" -> all.verdict("met");
            case "owner" -> all.owner("ada");
            case "failure" -> all.errorCategory("timeout");
            case "tag" -> all.tag("t", "v");
            case "query" -> all.query("x");
            case "created" -> all.after(NOON).before(NOON);
            case "child" -> all.parent(new Parent(false, id));
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static Audit.Filter filter(String actor, String action) {
        return new Audit.Filter(actor, action, null, null, null, null);
    }

    private static void list(Filters filters) {
        fixture.sessions.list(filters.build(), null, 10);
    }

    private static void audit(Audit.Filter filter, boolean oldestFirst) {
        fixture.audit.list(filter, oldestFirst, null, 10);
    }

    private static UUID create(Idempotency.Key key) {
        NewSession body = body().criteria("edge")
                .tag("t", "v")
                .baseline(id.toString())
                .parent(id)
                .build();
        return fixture.sessions.create(ADA, body, key).id();
    }

    /** The steps of the plans of everything that an operation sends. */
    private static List<String> plan(Runnable operation) {
        SENT.clear();
        operation.run();
        List<String> plan = new ArrayList<>();
        for (String sql : List.copyOf(SENT)) {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("EXPLAIN QUERY PLAN " + sql)) {
                while (rows.next()) {
                    plan.add(rows.getString("detail"));
                }
            } catch (SQLException e) {
                throw new IllegalStateException(sql, e);
            }
        }
        return plan;
    }
}
