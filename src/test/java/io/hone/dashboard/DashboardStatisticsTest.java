package io.hone.dashboard;

import static io.hone.sessions.SessionsFixture.body;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hone.audit.StoreContract;
import io.hone.cache.CacheCatalogue;
import io.hone.cache.CacheKey;
import io.hone.cache.Caches;
import io.hone.cache.TestCaches;
import io.hone.cache.TieredCache;
import io.hone.criteria.CriteriaFixture;
import io.hone.criteria.Technique;
import io.hone.database.Database;
import io.hone.database.TestDatabases;
import io.hone.http.Json;
import io.hone.metrics.Latencies;
import io.hone.sessions.Session;
import io.hone.sessions.SessionChanged;
import io.hone.sessions.SessionStatus;
import io.hone.sessions.SessionsFixture;
import io.hone.sessions.SessionsImported;
import io.hone.sessions.StepsRecorded;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DashboardStatisticsTest extends StoreContract {

    private SessionsFixture fixture;
    private Caches caches;
    private DashboardStatistics dashboard;

    @Override
    protected Database open(Path folder) {
        return TestDatabases.sqlite(folder);
    }

    @BeforeEach
    void build() {
        fixture = new SessionsFixture(database, settings, events, clock);
        caches = TestCaches.onHeap(clock);
        dashboard = new DashboardStatistics(fixture.sessions, fixture.statistics, caches, clock);
    }

    @ParameterizedTest
    @EnumSource(Window.class)
    void encoded_noSessions_hasEveryMember(Window window) {
        JsonNode answer = read(window, "");

        assertThat(answer.fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder(
                        "generated_at",
                        "window",
                        "project",
                        "sessions",
                        "durations_ms",
                        "timeline",
                        "top_models",
                        "top_failures",
                        "recent");
        assertThat(answer.get("window").asText()).isEqualTo(window.label());
        assertThat(answer.get("generated_at").asText()).isEqualTo("2026-11-20T12:00:00.000Z");
        assertThat(answer.get("sessions").get("by_status")).hasSize(6).allMatch(n -> n.asLong() == 0);
        assertThat(answer.get("sessions").get("by_technique")).hasSize(7).allMatch(n -> n.asLong() == 0);
        assertThat(answer.get("sessions").get("verdicts").fieldNames())
                .toIterable()
                .containsExactly("met", "not_met", "undecided");
        assertThat(answer.get("sessions").get("success_rate").isNull()).isTrue();
        assertThat(answer.get("durations_ms")).isEqualTo(json("{\"avg\": null, \"p50\": null, \"p95\": null}"));
        assertThat(answer.get("recent")).isEmpty();
    }

    @Test
    void encoded_countsWhatTheWindowHas() {
        fixture.criteria.create(ADA, CriteriaFixture.body("edge", CriteriaFixture.item("m", ">=", 1)), null);
        UUID first = fixture.create(
                        body().model("resnet").technique(Technique.PRUNING).criteria("edge"))
                .id();
        fixture.record(first, 1, "m", 2);
        fixture.change(first, SessionStatus.RUNNING);
        clock.advance(Duration.ofMinutes(10));
        fixture.change(first, SessionStatus.COMPLETED);
        fixture.fail(fixture.create(body().model("resnet")).id(), "CUDA out of memory");
        fixture.create(body().model("bert"));

        JsonNode sessions = read(Window.DAY, "").get("sessions");
        assertThat(sessions.get("total").asLong()).isEqualTo(3);
        assertThat(sessions.get("by_status").get("completed").asLong()).isEqualTo(1);
        assertThat(sessions.get("by_status").get("failed").asLong()).isEqualTo(1);
        assertThat(sessions.get("by_status").get("pending").asLong()).isEqualTo(1);
        assertThat(sessions.get("by_technique").get("pruning").asLong()).isEqualTo(1);
        assertThat(sessions.get("success_rate").asDouble()).isEqualTo(0.5);
        assertThat(sessions.get("verdicts").get("met").asLong()).isEqualTo(1);
        assertThat(read(Window.DAY, "").get("durations_ms").get("avg").asDouble())
                .isEqualTo(600_000);
        assertThat(read(Window.DAY, "").get("top_models")).isEqualTo(json("""
                        [{"model": "resnet", "sessions": 2, "success_rate": 0.5},
                         {"model": "bert", "sessions": 1, "success_rate": null}]
                        """));
        assertThat(read(Window.DAY, "").get("top_failures"))
                .isEqualTo(json("[{\"category\": \"out_of_memory\", \"count\": 1}]"));
    }

    @Test
    void encoded_sessionsBeforeTheWindow_areLeftOutButMayBeRecent() {
        fixture.create(body().name("old"));
        clock.advance(Duration.ofHours(24));

        assertThat(read(Window.DAY, "").get("sessions").get("total").asLong()).isZero();
        assertThat(read(Window.DAY, "").get("recent")).hasSize(1);
        assertThat(read(Window.WEEK, "").get("sessions").get("total").asLong()).isEqualTo(1);
        assertThat(read(Window.ALL, "").get("sessions").get("total").asLong()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"DAY, 24, 3600", "WEEK, 7, 86400", "MONTH, 30, 86400"})
    void timeline_hasEveryBucketOnce(Window window, int buckets, long seconds) {
        for (String now : List.of("2026-10-25T00:30:00Z", "2026-03-29T01:30:00Z", "2028-03-01T00:00:00Z")) {
            clock.set(Instant.parse(now));

            List<Instant> times = times(read(window, ""));

            assertThat(times).hasSize(buckets);
            for (int i = 1; i < times.size(); i++) {
                assertThat(times.get(i)).isEqualTo(times.get(i - 1).plusSeconds(seconds));
            }
            assertThat(Duration.between(times.get(buckets - 1), clock.instant()))
                    .isBetween(Duration.ZERO, Duration.ofSeconds(seconds - 1));
        }
    }

    @Test
    void timeline_all_goesFromTheFirstUsedMonthOn() {
        clock.set(Instant.parse("2026-08-31T23:59:59.999Z"));
        fixture.create(body());
        clock.set(Instant.parse("2026-11-20T12:00:00Z"));

        assertThat(times(read(Window.ALL, "")))
                .containsExactly(
                        Instant.parse("2026-08-01T00:00:00Z"),
                        Instant.parse("2026-09-01T00:00:00Z"),
                        Instant.parse("2026-10-01T00:00:00Z"),
                        Instant.parse("2026-11-01T00:00:00Z"));
        assertThat(read(Window.ALL, "").get("timeline").get(0).get("created").asLong())
                .isEqualTo(1);
    }

    @Test
    void timeline_eventsStandInTheBucketInWhichTheyHappened() {
        clock.set(Instant.parse("2026-11-19T23:59:59.999Z"));
        UUID id = fixture.create(body()).id();
        fixture.change(id, SessionStatus.RUNNING);
        clock.set(Instant.parse("2026-11-20T00:00:00Z"));
        fixture.change(id, SessionStatus.COMPLETED);

        JsonNode timeline = read(Window.WEEK, "").get("timeline");
        assertThat(timeline.get(5))
                .isEqualTo(json(
                        "{\"at\": \"2026-11-19T00:00:00.000Z\", \"created\": 1, \"completed\": 0, \"failed\": 0}"));
        assertThat(timeline.get(6))
                .isEqualTo(json(
                        "{\"at\": \"2026-11-20T00:00:00.000Z\", \"created\": 0, \"completed\": 1, \"failed\": 0}"));
    }

    @Test
    void encoded_project_hasItsSessionsOnly() {
        fixture.create(body().project("vision").name("seen"));
        fixture.create(body().project("speech"));

        JsonNode answer = read(Window.DAY, "vision");
        assertThat(answer.get("project").asText()).isEqualTo("vision");
        assertThat(answer.get("sessions").get("total").asLong()).isEqualTo(1);
        assertThat(answer.get("recent"))
                .extracting(session -> session.get("name").asText())
                .containsExactly("seen");
        assertThat(read(Window.DAY, "none").get("sessions").get("total").asLong())
                .isZero();
    }

    @Test
    void recent_areTheTenNewestOfTheTopLevel() {
        Session parent = fixture.create(body().name("0"));
        for (int i = 1; i <= 11; i++) {
            clock.advance(Duration.ofSeconds(1));
            fixture.create(body().name(Integer.toString(i)));
        }
        fixture.create(body().name("child").parent(parent.id()));

        assertThat(read(Window.DAY, "").get("recent"))
                .extracting(session -> session.get("name").asText())
                .containsExactly("11", "10", "9", "8", "7", "6", "5", "4", "3", "2");
    }

    /** DSH-2: uncached it is at most two SQL queries. */
    @ParameterizedTest
    @EnumSource(Window.class)
    void encoded_isTwoStatements(Window window) {
        fixture.record(fixture.create(body().project("vision")).id(), 1, "m", 1);

        for (String project : List.of("", "vision")) {
            long before = statements();
            dashboard.encoded(window, project);
            assertThat(statements() - before).isEqualTo(2);
        }
    }

    @Test
    void everyChangeOfASession_outdatesWhatIsCached() {
        Session session = fixture.create(body());

        assertOutdated(() -> dashboard.sessionChanged(new SessionChanged(session, SessionChanged.Kind.CREATED)));
        assertOutdated(() -> dashboard.sessionChanged(new SessionChanged(session, SessionChanged.Kind.CHANGED)));
        assertOutdated(() -> dashboard.stepsRecorded(new StepsRecorded(session, List.of())));
        assertOutdated(() -> dashboard.sessionsImported(new SessionsImported(1)));
    }

    private void assertOutdated(Runnable change) {
        TieredCache<String> cache = caches.open(CacheCatalogue.DASHBOARD_STATS);
        CacheKey key = CacheKey.of(Window.DAY, "");
        cache.get(key, () -> "before");
        assertThat(cache.get(key, () -> "after")).isEqualTo("before");
        change.run();
        assertThat(cache.get(key, () -> "after")).isEqualTo("after");
        cache.remove(key);
    }

    @Test
    void sameStatistics_madeLater_areTheSame() {
        fixture.create(body());
        EncodedAnswer before = dashboard.encoded(Window.DAY, "");
        clock.advance(Duration.ofSeconds(1));

        assertThat(dashboard.encoded(Window.DAY, "")).isEqualTo(before);
        fixture.create(body());
        assertThat(dashboard.encoded(Window.DAY, "")).isNotEqualTo(before);
    }

    @Test
    void encoded_bothForms_areTheSame() throws IOException {
        fixture.create(body().name("ä📏<script>"));

        EncodedAnswer answer = dashboard.encoded(Window.DAY, "");

        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(answer.gzip()))) {
            assertThat(gzip.readAllBytes()).isEqualTo(answer.identity());
        }
    }

    private long statements() {
        return database.statements().stream()
                .mapToLong(Latencies.Summary::count)
                .sum();
    }

    private JsonNode read(Window window, String project) {
        return json(new String(dashboard.encoded(window, project).identity(), java.nio.charset.StandardCharsets.UTF_8));
    }

    private static List<Instant> times(JsonNode answer) {
        List<Instant> times = new ArrayList<>();
        answer.get("timeline")
                .forEach(bucket -> times.add(Instant.parse(bucket.get("at").asText())));
        return times;
    }

    private static JsonNode json(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
