package io.hone.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.hone.criteria.Technique;
import io.hone.http.Json;
import io.hone.http.Uuids;
import io.hone.sessions.MetricSummary;
import io.hone.sessions.Session;
import io.hone.sessions.SessionStatus;
import io.hone.sessions.Step;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class MetricsNewsTest {

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final UUID ID = Uuids.create();
    private static final int MOST_VALUES = 200;

    @Test
    void of_asManyValuesAsMayBe_isWhole() {
        MetricsNews news = MetricsNews.of(session(1), steps(0, MOST_VALUES));

        assertThat(news.batch()).hasSize(MOST_VALUES);
        assertThat(news.truncated()).isFalse();
    }

    @Test
    void of_moreValues_keepsTheNewest() {
        MetricsNews news = MetricsNews.of(session(1), steps(0, MOST_VALUES + 1));

        assertThat(news.batch()).extracting(Step::step).first().isEqualTo(1L);
        assertThat(news.batch()).extracting(Step::step).last().isEqualTo((long) MOST_VALUES);
        assertThat(news.truncated()).isTrue();
    }

    @Test
    void of_oneStepWithTooManyValues_isLeftOut() {
        Map<String, Double> many = IntStream.rangeClosed(0, MOST_VALUES)
                .boxed()
                .collect(java.util.stream.Collectors.toMap(i -> "m" + i, Integer::doubleValue));

        MetricsNews news = MetricsNews.of(session(1), List.of(new Step(1, NOON, many)));

        assertThat(news.batch()).isEmpty();
        assertThat(news.truncated()).isTrue();
    }

    @Test
    void plus_later_putsBothTogether() {
        MetricsNews both = MetricsNews.of(session(1), steps(0, 2)).plus(MetricsNews.of(session(2), steps(2, 2)));

        assertThat(both.batch()).extracting(Step::step).containsExactly(0L, 1L, 2L, 3L);
        assertThat(both.session().version()).isEqualTo(2);
        assertThat(both.truncated()).isFalse();
    }

    @Test
    void plus_toldOutOfOrder_keepsTheNewerState() {
        MetricsNews both = MetricsNews.of(session(3), steps(2, 1)).plus(MetricsNews.of(session(2), steps(1, 1)));

        assertThat(both.session().version()).isEqualTo(3);
        assertThat(both.batch()).hasSize(2);
    }

    @Test
    void plus_tooMuchTogether_isTruncatedForGood() {
        MetricsNews both = MetricsNews.of(session(1), steps(0, 150)).plus(MetricsNews.of(session(2), steps(150, 150)));
        assertThat(both.batch()).hasSize(MOST_VALUES);
        assertThat(both.batch().get(0).step()).isEqualTo(100);
        assertThat(both.truncated()).isTrue();

        assertThat(both.plus(MetricsNews.of(session(3), List.of())).truncated()).isTrue();
    }

    @Test
    void data_asJson_isWhatTheInterfaceSays() throws Exception {
        MetricsNews news = MetricsNews.of(session(7), List.of(new Step(5, NOON, Map.of("loss", Double.NaN))));

        assertThat(Json.MAPPER.readTree(Json.write(news.steps()))).isEqualTo(Json.MAPPER.readTree("""
                        {"id": "%s", "steps": [[5, "2026-11-20T12:00:00.000Z", {"loss": "NaN"}]], "truncated": false}
                        """.formatted(ID)));
        assertThat(Json.MAPPER.readTree(Json.write(news.summary()))).isEqualTo(Json.MAPPER.readTree("""
                        {"id": "%s", "metrics": {"loss": {"last": "NaN", "min": 1.0, "max": 2.0, "last_step": 5}},
                         "progress": null, "verdict": null, "updated_at": "2026-11-20T12:00:00.000Z",
                         "duration_ms": null, "version": 7}
                        """.formatted(ID)));
    }

    static Session session(long version) {
        return new Session(
                ID,
                null,
                "name",
                "default",
                "model",
                Technique.OTHER,
                SessionStatus.RUNNING,
                null,
                null,
                null,
                null,
                Map.of(),
                Map.of(),
                null,
                Map.of("loss", new MetricSummary(Double.NaN, 1, 2, 5)),
                null,
                "ada",
                NOON,
                null,
                null,
                NOON,
                null,
                null,
                version,
                0,
                null);
    }

    static List<Step> steps(long from, int count) {
        return LongStream.range(from, from + count)
                .mapToObj(step -> new Step(step, NOON, Map.of("loss", (double) step)))
                .toList();
    }
}
