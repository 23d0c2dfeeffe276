package io.hone.sessions;

import static io.hone.criteria.CriteriaFixture.item;
import static io.hone.sessions.SessionsFixture.ADA;
import static io.hone.sessions.SessionsFixture.body;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hone.audit.SettableClock;
import io.hone.criteria.CriteriaFixture;
import io.hone.criteria.Technique;
import io.hone.database.Database;
import io.hone.database.TestDatabases;
import io.hone.events.Events;
import io.hone.http.ProblemException;
import io.hone.metrics.Latencies;
import io.hone.sessions.SessionFilter.Parent;
import io.hone.sessions.SessionStatistics.Counts;
import io.hone.sessions.SessionStatistics.FailureCount;
import io.hone.sessions.SessionStatistics.Flow;
import io.hone.sessions.SessionStatistics.ModelCount;
import io.hone.settings.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;

/** The counts kept beside the sessions, against what counting all sessions gives. */
class SessionCountsTest {

    private static final Instant BEGINNING = Instant.parse("2026-10-28T22:30:00Z");
    private static final List<String> PROJECTS = List.of("vision", "speech");
    private static final List<String> MODELS = List.of("a", "b", "c");
    private static final double PERCENTILE_ERROR = 0.025;

    /** One thing that happens after some time; the numbers choose what it happens to. */
    record Event(int kind, int which, int choice, Duration pause) {}

    private final SettableClock clock = new SettableClock(BEGINNING);
    private final List<UUID> ids = new ArrayList<>();
    private Database database;
    private SessionsFixture fixture;

    @BeforeProperty
    void open() {
        try {
            database = TestDatabases.sqlite(Files.createTempDirectory("hone-counts"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        fixture = new SessionsFixture(database, Settings.defaults(), new Events(event -> {}), clock);
        fixture.criteria.create(ADA, CriteriaFixture.body("edge", item("m", ">=", 1)), null);
    }

    @AfterProperty
    void close() {
        database.close();
    }

    /** The tries share a database, so each begins in the middle of a life. */
    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void counts_afterAnyEvents_areThoseOfARecount(@ForAll("events") List<Event> events) {
        events.forEach(this::happen);

        assertThat(fixture.statistics.recount()).isEmpty();
        for (String project : new String[] {null, "vision", "speech", "never heard of"}) {
            for (Duration back : List.of(Duration.ofHours(23), Duration.ofDays(6), Duration.ofDays(400))) {
                for (Grain grain : Grain.values()) {
                    Instant from = grain.bucketOf(clock.instant().minus(back));
                    assertSame(fixture.statistics.read(project, grain, from), sessions(project), grain, from);
                }
            }
        }
    }

    @Provide
    Arbitrary<List<Event>> events() {
        Arbitrary<Duration> pauses =
                Arbitraries.of(0L, 1L, 1_000L, 61_000L, 3_600_000L, 86_400_000L).map(Duration::ofMillis);
        return Combinators.combine(
                        Arbitraries.integers().between(0, 13),
                        Arbitraries.integers().between(0, 1_000),
                        Arbitraries.integers().between(0, 1_000),
                        pauses)
                .as(Event::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(25);
    }

    @Example
    void recount_countThatIsWrong_isNamed() {
        fixture.create(body());
        Tally wrong = new Tally();
        wrong.add(Tally.Kind.STATUS, "pending", 5);
        wrong.add(Tally.Kind.TECHNIQUE, Technique.values()[0].label(), 1);
        spoil("UPDATE session_count SET counts = ?, created = 3 WHERE scope = '' AND grain = 'd'", wrong.encode());

        assertThat(fixture.statistics.recount())
                .anySatisfy(difference -> assertThat(difference).contains("DAY", "STATUS pending: 5, 1"))
                .anySatisfy(difference -> assertThat(difference).contains("DAY", "created: 3, 1"))
                .allSatisfy(difference -> assertThat(difference).contains("DAY"));
    }

    @Example
    void countIfUncounted_countsThatAreGone_areMadeAgain() {
        fixture.create(body().project("vision"));
        fixture.fail(fixture.create(body().project("speech")).id(), "CUDA out of memory");
        assertThat(fixture.statistics.countIfUncounted()).isFalse();
        spoil("DELETE FROM session_count");
        assertThat(fixture.statistics.recount()).isNotEmpty();

        assertThat(fixture.statistics.countIfUncounted()).isTrue();

        assertThat(fixture.statistics.recount()).isEmpty();
        assertThat(fixture.statistics.countIfUncounted()).isFalse();
    }

    @Example
    void countIfUncounted_noSessions_countsNothing() {
        assertThat(fixture.statistics.countIfUncounted()).isFalse();
    }

    private void spoil(String sql, Object... values) {
        database.write(transaction -> transaction.run("test.spoil", handle -> handle.execute(sql, values)));
    }

    @Example
    void read_isOneStatement() {
        fixture.create(body());
        long before = statements();

        fixture.statistics.read(null, Grain.HOUR, BEGINNING);

        assertThat(statements() - before).isEqualTo(1);
    }

    @Example
    void projects_pagesHaveEachWithItsSessions() {
        for (String project : List.of("b", "a", "b", "c")) {
            fixture.create(body().project(project));
        }
        fixture.create(
                body().project("b").parent(fixture.create(body().project("a")).id()));

        assertThat(fixture.statistics.projects("", 2))
                .containsExactly(new SessionStatistics.Project("a", 2), new SessionStatistics.Project("b", 3));
        assertThat(fixture.statistics.projects("b", 2)).containsExactly(new SessionStatistics.Project("c", 1));
    }

    private void happen(Event event) {
        clock.advance(event.pause());
        UUID id = ids.isEmpty() ? null : ids.get(event.which() % ids.size());
        if (id == null || event.kind() < 3) {
            ids.add(fixture.create(body().project(PROJECTS.get(event.choice() % 2))
                            .model(MODELS.get(event.which() % MODELS.size()))
                            .technique(Technique.values()[event.choice() % Technique.values().length])
                            .criteria(event.which() % 2 == 0 ? "edge" : null)
                            .parent(id == null || event.choice() % 3 > 0 || isDeleted(id) ? null : id))
                    .id());
            return;
        }
        try {
            switch (event.kind()) {
                case 3 -> fixture.record(id, event.choice() % 5, "m", event.choice() % 3);
                case 4 -> fixture.fail(id, event.choice() % 2 == 0 ? "CUDA out of memory" : "odd");
                case 5 -> fixture.sessions.rejudge(ADA, id);
                case 6 ->
                    fixture.criteria.put(
                            ADA, "edge", CriteriaFixture.body(null, item("m", ">=", event.choice() % 3)), null);
                case 7 -> fixture.bin.delete(ADA, id, null);
                case 8, 9 -> fixture.bin.restore(ADA, id);
                case 10 ->
                    fixture.sessions.edit(
                            ADA, id, SessionPatch.of(Map.of("project", PROJECTS.get(event.choice() % 2))), null);
                default -> fixture.change(id, SessionStatus.values()[event.choice() % 6]);
            }
        } catch (ProblemException refused) {
            // Not everything may happen to every session; what is refused must count for nothing.
            assertThat(refused.type().status()).isEqualTo(409);
        }
    }

    private boolean isDeleted(UUID id) {
        return fixture.sessions.find(id).deletedAt() != null;
    }

    private List<Session> sessions(String project) {
        return fixture.sessions
                .list(Filters.all().project(project).parent(Parent.ANY).build(), null, 100_000)
                .items();
    }

    private static void assertSame(Counts counts, List<Session> all, Grain grain, Instant from) {
        List<Session> created = all.stream()
                .filter(session -> !session.createdAt().isBefore(from))
                .toList();
        assertThat(counts.total()).isEqualTo(created.size());
        assertThat(counts.byStatus())
                .isEqualTo(by(created, session -> session.status().label()));
        assertThat(counts.byTechnique())
                .isEqualTo(by(created, session -> session.technique().label()));
        assertThat(counts.verdicts())
                .isEqualTo(by(
                        created,
                        session -> session.verdict() == null
                                ? null
                                : session.verdict().label()));
        assertThat(counts.successRate()).isEqualTo(successRate(created));
        assertThat(counts.topModels())
                .containsExactlyInAnyOrderElementsOf(
                        created.stream().collect(groupingBy(Session::model)).entrySet().stream()
                                .map(model -> new ModelCount(
                                        model.getKey(), model.getValue().size(), successRate(model.getValue())))
                                .toList())
                .isSortedAccordingTo((a, b) -> Long.compare(b.sessions(), a.sessions()));
        assertThat(counts.topFailures())
                .containsExactlyInAnyOrderElementsOf(
                        by(
                                        created,
                                        session -> session.error() == null
                                                ? null
                                                : session.error().category())
                                .entrySet()
                                .stream()
                                .map(failure -> new FailureCount(failure.getKey(), failure.getValue()))
                                .toList());
        assertThat(counts.flows()).isEqualTo(flows(all, grain, from));
        assertDurations(counts, created);
    }

    private static void assertDurations(Counts counts, List<Session> created) {
        List<Long> durations = created.stream()
                .filter(session -> session.endedAt() != null)
                .map(Session::durationMs)
                .filter(Objects::nonNull)
                .sorted()
                .toList();
        if (durations.isEmpty()) {
            assertThat(counts.durations()).isEqualTo(new SessionStatistics.Durations(null, null, null));
            return;
        }
        double average = durations.stream().mapToLong(Long::longValue).average().orElseThrow();
        assertThat(counts.durations().avg()).isCloseTo(average, within(1e-6 * (1 + average)));
        assertPercentile(counts.durations().p50(), durations, 0.5);
        assertPercentile(counts.durations().p95(), durations, 0.95);
    }

    private static void assertPercentile(Double actual, List<Long> sorted, double fraction) {
        double exact = sorted.get((int) Math.ceil(sorted.size() * fraction) - 1);
        assertThat(actual).isCloseTo(exact, within(exact * PERCENTILE_ERROR + 0.05));
    }

    private static Map<Instant, Flow> flows(List<Session> all, Grain grain, Instant from) {
        Map<Instant, Flow> flows = new TreeMap<>();
        for (Session session : all) {
            add(flows, grain.bucketOf(session.createdAt()), from, 1, 0, 0);
            if (session.status() == SessionStatus.COMPLETED) {
                add(flows, grain.bucketOf(session.endedAt()), from, 0, 1, 0);
            } else if (session.status() == SessionStatus.FAILED) {
                add(flows, grain.bucketOf(session.endedAt()), from, 0, 0, 1);
            }
        }
        return flows;
    }

    private static void add(Map<Instant, Flow> flows, Instant at, Instant from, int created, int done, int failed) {
        if (!at.isBefore(from)) {
            flows.merge(
                    at,
                    new Flow(at, created, done, failed),
                    (a, b) -> new Flow(
                            at, a.created() + b.created(), a.completed() + b.completed(), a.failed() + b.failed()));
        }
    }

    private static Map<String, Long> by(List<Session> sessions, Function<Session, String> key) {
        return new HashMap<>(
                sessions.stream().filter(session -> key.apply(session) != null).collect(groupingBy(key, counting())));
    }

    private static Double successRate(List<Session> sessions) {
        Map<String, Long> statuses = by(sessions, session -> session.status().label());
        long completed = statuses.getOrDefault("completed", 0L);
        long ended = completed + statuses.getOrDefault("failed", 0L);
        return ended == 0 ? null : (double) completed / ended;
    }

    private long statements() {
        return database.statements().stream()
                .mapToLong(Latencies.Summary::count)
                .sum();
    }
}
