package io.hone.sessions;

import static io.hone.sessions.SessionsFixture.ADA;
import static io.hone.sessions.SessionsFixture.body;
import static org.assertj.core.api.Assertions.assertThat;

import io.hone.audit.SettableClock;
import io.hone.database.Database;
import io.hone.database.TestDatabases;
import io.hone.events.Events;
import io.hone.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.DoubleBinaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever batches come in whatever order, the kept summaries are those of the series that is stored in the end. */
class StepSummariesTest {

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private static Database database;
    private static SessionsFixture fixture;

    @BeforeContainer
    static void open() throws IOException {
        database = TestDatabases.sqlite(Files.createTempDirectory("hone-summaries"));
        fixture = new SessionsFixture(database, Settings.defaults(), new Events(event -> {}), new SettableClock(NOON));
    }

    @AfterContainer
    static void close() {
        database.close();
    }

    @Property(tries = 200)
    void metrics_afterAnyBatches_areThoseOfTheFinalSeries(@ForAll("batches") List<List<Step>> batches) {
        UUID id = fixture.create(body()).id();
        Map<String, TreeMap<Long, Double>> expected = new HashMap<>();
        Session last = null;
        for (List<Step> batch : batches) {
            last = fixture.sessions.recordSteps(ADA, id, batch);
            batch.forEach(step -> step.metrics()
                    .forEach((name, value) -> expected.computeIfAbsent(name, key -> new TreeMap<>())
                            .put(step.step(), value)));
        }

        Map<String, MetricSummary> summaries = new HashMap<>();
        expected.forEach((name, series) -> summaries.put(name, summary(series)));
        assertThat(fixture.sessions.find(id).metrics()).isEqualTo(summaries);
        assertThat(last).isEqualTo(fixture.sessions.find(id));
        expected.forEach((name, series) -> assertThat(stored(id, name)).isEqualTo(series));
    }

    @Provide
    Arbitrary<List<List<Step>>> batches() {
        Arbitrary<Double> values = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(
                        6, Arbitraries.doubles().between(-10, 10).ofScale(1).map(v -> v + 0.0)),
                net.jqwik.api.Tuple.of(
                        1, Arbitraries.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY)));
        Arbitrary<Step> steps = Combinators.combine(
                        Arbitraries.longs().between(0, 9),
                        Arbitraries.of("a", "b").set().ofMinSize(1),
                        values,
                        values)
                .as((step, names, a, b) -> {
                    Map<String, Double> metrics = new HashMap<>();
                    names.forEach(name -> metrics.put(name, name.equals("a") ? a : b));
                    return new Step(step, NOON, metrics);
                });
        return steps.list().ofMinSize(1).ofMaxSize(6).list().ofMinSize(1).ofMaxSize(6);
    }

    private static MetricSummary summary(TreeMap<Long, Double> series) {
        return new MetricSummary(
                series.lastEntry().getValue(),
                reduced(series, Math::min),
                reduced(series, Math::max),
                series.lastKey());
    }

    private static double reduced(Map<Long, Double> series, DoubleBinaryOperator operator) {
        return series.values().stream()
                .mapToDouble(Double::doubleValue)
                .filter(value -> !Double.isNaN(value))
                .reduce(operator)
                .orElse(Double.NaN);
    }

    private static Map<Long, Double> stored(UUID id, String metric) {
        Map<Long, Double> values = new TreeMap<>();
        fixture.series
                .read(id, metric, 0, Long.MAX_VALUE, null)
                .points()
                .forEach(point -> values.put((Long) point.get(0), (Double) point.get(2)));
        return values;
    }
}
