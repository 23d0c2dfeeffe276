package io.hone.sessions;

import static io.hone.audit.Refusals.assertRefused;
import static io.hone.sessions.SessionsFixture.body;
import static java.lang.Double.NEGATIVE_INFINITY;
import static java.lang.Double.NaN;
import static java.lang.Double.POSITIVE_INFINITY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hone.audit.Audit;
import io.hone.audit.StoreContract;
import io.hone.http.Json;
import io.hone.http.ProblemType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Recording steps, and reading them back. */
abstract class StepsContract extends StoreContract {

    private SessionsFixture fixture;
    private Sessions sessions;
    private UUID id;

    @BeforeEach
    void build() {
        fixture = new SessionsFixture(database, settings, events, clock);
        sessions = fixture.sessions;
        id = fixture.create(body()).id();
        told.clear();
    }

    @Test
    void recordSteps_answerIsWhatReadsBack() {
        clock.advance(Duration.ofSeconds(1));

        Session recorded = record(step(1, "loss", 2), step(2, "loss", 1.5), step(2, "acc", 0.5));

        assertThat(recorded.metrics())
                .isEqualTo(
                        Map.of("loss", new MetricSummary(1.5, 1.5, 2, 2), "acc", new MetricSummary(0.5, 0.5, 0.5, 2)));
        assertThat(recorded.version()).isEqualTo(2);
        assertThat(recorded.updatedAt()).isEqualTo(NOON.plusSeconds(1));
        assertThat(sessions.find(id)).isEqualTo(recorded);
        assertThat(told)
                .containsExactly(new StepsRecorded(
                        recorded, List.of(step(1, "loss", 2), step(2, "loss", 1.5), step(2, "acc", 0.5))));
    }

    @Test
    void recordSteps_timesOfTheJob_areKept() {
        Instant earlier = Instant.parse("2026-11-19T23:59:59.123Z");

        record(new Step(7, earlier, Map.of("loss", 1.0)));

        assertThat(series("loss").points()).containsExactly(List.of(7L, Json.time(earlier), 1.0));
    }

    @Test
    void recordSteps_oneBadValue_storesNothing() {
        record(step(1, "loss", 2));
        Session before = sessions.find(id);
        told.clear();

        assertThatThrownBy(() -> record(step(1, "loss", 3), step(2, "new", 1), step(-1, "loss", 1)))
                .isInstanceOf(RuntimeException.class);

        assertThat(sessions.find(id)).isEqualTo(before);
        assertThat(values("loss")).isEqualTo(Map.of(1L, 2.0));
        assertThat(values("new")).isEmpty();
        assertThat(told).isEmpty();
        assertThat(actions()).containsExactly("session.created", "session.steps_begun");
        // The name of the batch that failed is no obstacle later.
        assertThat(record(step(2, "new", 1)).metrics()).containsKey("new");
    }

    @Test
    void recordSteps_overwrite_recomputesTheSummary() {
        record(step(1, "loss", 9), step(2, "loss", 1), step(3, "loss", 5));

        Session greatestGone = record(step(1, "loss", 4));
        Session leastGone = record(step(2, "loss", 4.5));
        Session lastChanged = record(step(3, "loss", 4.75));

        assertThat(greatestGone.metrics()).containsEntry("loss", new MetricSummary(5, 1, 5, 3));
        assertThat(leastGone.metrics()).containsEntry("loss", new MetricSummary(5, 4, 5, 3));
        assertThat(lastChanged.metrics()).containsEntry("loss", new MetricSummary(4.75, 4, 4.75, 3));
        assertThat(sessions.find(id)).isEqualTo(lastChanged);
        assertThat(actions()).filteredOn("session.steps_overwritten"::equals).hasSize(3);
    }

    @Test
    void recordSteps_outOfOrder_lastIsOfTheHighestStep() {
        record(step(10, "loss", 1));

        Session recorded = record(step(3, "loss", 7), step(5, "loss", -2));

        assertThat(recorded.metrics()).containsEntry("loss", new MetricSummary(1, -2, 7, 10));
        assertThat(series("loss").points()).extracting(point -> point.get(0)).containsExactly(3L, 5L, 10L);
        assertThat(actions()).doesNotContain("session.steps_overwritten");
    }

    @Test
    void recordSteps_sameStepTwiceInABatch_laterOneCounts() {
        Session recorded = record(step(1, "loss", 5), step(1, "acc", 1), step(1, "loss", 3));

        assertThat(recorded.metrics()).containsEntry("loss", new MetricSummary(3, 3, 3, 1));
        assertThat(values("loss")).isEqualTo(Map.of(1L, 3.0));
        assertThat(values("acc")).isEqualTo(Map.of(1L, 1.0));
    }

    @Test
    void recordSteps_retry_changesNothingButTheVersion() {
        List<Step> batch = List.of(
                step(1, "loss", 2),
                step(2, "loss", NaN),
                step(3, "loss", POSITIVE_INFINITY),
                step(3, "acc", 0.1),
                step(4, "acc", -0.0));
        Session first = sessions.recordSteps(ADA, id, batch);
        List<List<Object>> points = series("loss").points();

        Session again = sessions.recordSteps(ADA, id, batch);

        assertThat(again.metrics()).isEqualTo(first.metrics());
        assertThat(again.version()).isEqualTo(first.version() + 1);
        assertThat(series("loss").points()).isEqualTo(points);
        assertThat(actions()).containsExactly("session.created", "session.steps_begun");
    }

    @Test
    void recordSteps_valuesThatAreNotFinite_readBack() {
        Session recorded = record(
                step(1, "a", NaN),
                step(1, "b", POSITIVE_INFINITY),
                step(1, "c", NEGATIVE_INFINITY),
                step(1, "d", NaN),
                step(2, "d", 1),
                step(3, "d", NaN));

        assertThat(recorded.metrics())
                .containsEntry("a", new MetricSummary(NaN, NaN, NaN, 1))
                .containsEntry("b", new MetricSummary(POSITIVE_INFINITY, POSITIVE_INFINITY, POSITIVE_INFINITY, 1))
                .containsEntry("c", new MetricSummary(NEGATIVE_INFINITY, NEGATIVE_INFINITY, NEGATIVE_INFINITY, 1))
                .containsEntry("d", new MetricSummary(NaN, 1, 1, 3));
        assertThat(sessions.find(id)).isEqualTo(recorded);
        assertThat(values("a")).isEqualTo(Map.of(1L, NaN));
        assertThat(values("b")).isEqualTo(Map.of(1L, POSITIVE_INFINITY));
        assertThat(values("c")).isEqualTo(Map.of(1L, NEGATIVE_INFINITY));
        assertThat(Json.write(series("c"))).contains("\"-Infinity\"]");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.0, Double.MIN_VALUE, -Double.MAX_VALUE, 0.1, 1e15 + 0.3, 9007199254740993.0, 123})
    void recordSteps_finiteValues_readBackExactly(double value) {
        Session recorded = record(step(1, "m", value));

        assertThat(values("m")).isEqualTo(Map.of(1L, recorded.metrics().get("m").last()));
        assertThat(values("m").get(1L)).isEqualTo(value);
        assertThat(sessions.find(id)).isEqualTo(recorded);
    }

    @Test
    void recordSteps_greatestStep_readsBack() {
        Session recorded = record(step(Long.MAX_VALUE, "m", 1), step(0, "m", 2));

        assertThat(recorded.metrics()).containsEntry("m", new MetricSummary(1, 1, 2, Long.MAX_VALUE));
        assertThat(values("m")).isEqualTo(Map.of(0L, 2.0, Long.MAX_VALUE, 1.0));
    }

    @Test
    void recordSteps_namesOfMetrics_areVerbatim() {
        for (String name : List.of("loss", "LOSS", "verlust/größe 📏", "a'; DROP TABLE step; --", "%", " x ", "<b>")) {
            assertThat(record(step(1, name, 1)).metrics()).containsKey(name);
            assertThat(values(name)).hasSize(1);
        }
        assertThat(sessions.find(id).metrics()).hasSize(7);
    }

    @ParameterizedTest
    @EnumSource(names = {"PENDING", "RUNNING", "PAUSED"})
    void recordSteps_goingOn_takesThemAndKeepsTheStatus(SessionStatus status) {
        UUID session = fixture.in(status).id();

        assertThat(fixture.record(session, 1, "loss", 1).status()).isEqualTo(status);
    }

    @ParameterizedTest
    @EnumSource(names = {"COMPLETED", "FAILED", "CANCELLED"})
    void recordSteps_ended_isRefused(SessionStatus status) {
        Session ended = fixture.in(status);

        assertThat(assertRefused(ProblemType.CONFLICT, () -> fixture.record(ended.id(), 1, "loss", 1))
                        .detail())
                .contains(status.label());
        assertThat(sessions.find(ended.id())).isEqualTo(ended);
    }

    @Test
    void recordSteps_tenThousandValues_areStored() {
        List<Step> batch = LongStream.range(0, 5_000)
                .mapToObj(step -> new Step(step, NOON, Map.of("a", (double) step, "b", (double) -step)))
                .toList();

        Session recorded = sessions.recordSteps(ADA, id, batch);

        assertThat(recorded.metrics())
                .isEqualTo(Map.of(
                        "a", new MetricSummary(4_999, 0, 4_999, 4_999),
                        "b", new MetricSummary(-4_999, -4_999, -0.0 + 0, 4_999)));
        assertThat(series("a").total()).isEqualTo(5_000);
    }

    @Test
    void recordSteps_manyNewMetricsAtOnce_areStored() {
        Map<String, Double> metrics =
                IntStream.range(0, 10_000).boxed().collect(Collectors.toMap(i -> "layer." + i, Integer::doubleValue));

        assertThat(record(new Step(1, NOON, metrics)).metrics()).hasSize(10_000);
        assertThat(record(new Step(2, NOON, metrics)).metrics()).hasSize(10_000);
        assertThat(values("layer.9999")).hasSize(2);
    }

    @Test
    void recordSteps_twoSessionsNameTheSameNewMetricsInOppositeOrder_bothAreStored() throws Exception {
        UUID other = fixture.create(body()).id();
        for (int round = 0; round < 5; round++) {
            String prefix = "round" + round + ".";
            List<Step> up = IntStream.range(0, 100)
                    .mapToObj(i -> step(i, prefix + i, i))
                    .toList();
            List<Step> down = new ArrayList<>(up);
            Collections.reverse(down);

            List<Session> recorded = together(
                    List.of(() -> sessions.recordSteps(ADA, id, up), () -> sessions.recordSteps(ADA, other, down)));

            assertThat(recorded.get(0).metrics()).isEqualTo(recorded.get(1).metrics());
        }
    }

    @Test
    void recordSteps_bySeveralAtOnce_losesNone() throws Exception {
        int threads = 4;
        List<Callable<Session>> writers = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int offset = t;
            writers.add(() -> {
                for (int i = 0; i < 24; i++) {
                    fixture.record(id, i * threads + offset, "loss", i * threads + offset);
                }
                return fixture.record(id, 24 * threads + offset, "loss", 24 * threads + offset);
            });
        }
        together(writers);

        assertThat(sessions.find(id).metrics()).containsEntry("loss", new MetricSummary(99, 0, 99, 99));
        assertThat(sessions.find(id).version()).isEqualTo(101);
        assertThat(values("loss")).hasSize(100);
    }

    @Test
    void recordSteps_running_extendsTheDuration() {
        fixture.change(id, SessionStatus.RUNNING);
        clock.advance(Duration.ofSeconds(3));

        assertThat(fixture.record(id, 1, "loss", 1).durationMs()).isEqualTo(3_000);
    }

    // Series

    @Test
    void series_metricUnknownOrOfAnotherSession_isEmpty() {
        UUID other = fixture.create(body()).id();
        fixture.record(other, 1, "loss", 1);

        for (String metric : List.of("loss", "never reported", "")) {
            assertThat(series(metric)).isEqualTo(new Series(metric, List.of(), 0, false, null));
        }
    }

    @Test
    void series_range_isInclusive() {
        record(step(1, "m", 1), step(2, "m", 2), step(3, "m", 3), step(4, "m", 4));

        assertThat(steps(fixture.series.read(id, "m", 2, 3, null))).containsExactly(2L, 3L);
        assertThat(steps(fixture.series.read(id, "m", 2, 2, null))).containsExactly(2L);
        assertThat(steps(fixture.series.read(id, "m", 3, 2, null))).isEmpty();
        assertThat(steps(fixture.series.read(id, "m", 5, Long.MAX_VALUE, null))).isEmpty();
        assertThat(steps(fixture.series.read(id, "m", 2, 4, 3))).containsExactly(2L, 3L, 4L);
    }

    @Test
    void series_moreThanAPage_goesOnAtNextFrom() {
        int count = SeriesReader.MOST_POINTS + 5;
        fill(count);

        Series first = series("m");
        assertThat(first.points()).hasSize(SeriesReader.MOST_POINTS);
        assertThat(first.nextFrom()).isEqualTo(3L * SeriesReader.MOST_POINTS);
        assertThat(first.downsampled()).isFalse();

        Series rest = fixture.series.read(id, "m", first.nextFrom(), Long.MAX_VALUE, null);
        assertThat(steps(rest)).hasSize(5).first().isEqualTo(first.nextFrom());
        assertThat(rest.nextFrom()).isNull();
    }

    @Test
    void series_exactlyAPage_hasNoNext() {
        fill(SeriesReader.MOST_POINTS);

        assertThat(series("m").nextFrom()).isNull();
        assertThat(series("m").total()).isEqualTo(SeriesReader.MOST_POINTS);
    }

    @Test
    void series_points_areAChoiceOfAll() {
        fill(12_000);

        Series chosen = fixture.series.read(id, "m", 0, Long.MAX_VALUE, 100);

        assertThat(chosen.points()).hasSize(100);
        assertThat(chosen.total()).isEqualTo(12_000);
        assertThat(chosen.downsampled()).isTrue();
        assertThat(chosen.nextFrom()).isNull();
        assertThat(fixture.series.read(id, "m", 0, 10, 100).downsampled()).isFalse();
    }

    private void fill(int count) {
        for (int from = 0; from < count; from += 10_000) {
            sessions.recordSteps(
                    ADA,
                    id,
                    IntStream.range(from, Math.min(count, from + 10_000))
                            .mapToObj(i -> step(3L * i, "m", Math.sin(i)))
                            .toList());
        }
    }

    private Session record(Step... steps) {
        return sessions.recordSteps(ADA, id, List.of(steps));
    }

    private Step step(long step, String metric, double value) {
        return fixture.step(step, metric, value);
    }

    private Series series(String metric) {
        return fixture.series.read(id, metric, 0, Long.MAX_VALUE, null);
    }

    private Map<Long, Double> values(String metric) {
        return series(metric).points().stream()
                .collect(Collectors.toMap(point -> (Long) point.get(0), point -> (Double) point.get(2)));
    }

    private static List<Long> steps(Series series) {
        return series.points().stream().map(point -> (Long) point.get(0)).toList();
    }

    private List<String> actions() {
        return fixture.audit.list(Audit.Filter.of("session", id.toString()), true, null, 100).items().stream()
                .map(entry -> entry.action())
                .toList();
    }

    /** What calls that begin together give; all have ended when this returns or throws. */
    private static <T> List<T> together(List<Callable<T>> calls) throws Exception {
        CyclicBarrier start = new CyclicBarrier(calls.size());
        ExecutorService pool = Executors.newFixedThreadPool(calls.size());
        try {
            List<Callable<T>> waiting = calls.stream()
                    .<Callable<T>>map(call -> () -> {
                        start.await();
                        return call.call();
                    })
                    .toList();
            List<T> results = new ArrayList<>();
            for (Future<T> future : pool.invokeAll(waiting)) {
                results.add(future.get());
            }
            return results;
        } finally {
            pool.shutdownNow();
        }
    }
}
