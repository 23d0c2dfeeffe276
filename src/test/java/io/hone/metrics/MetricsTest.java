package io.hone.metrics;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The rules of {@code promtool check metrics} that can break here; the whole tool runs over the running server. */
class MetricsTest {

    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private final Metrics metrics = new Metrics();

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void scrape_everyMetric_hasHelpAndType() {
        Map<String, String> types = types();
        assertThat(types).isNotEmpty();
        assertThat(words("# HELP (\\S+) \\S.*").keySet()).isEqualTo(types.keySet());
    }

    @Test
    void scrape_names_followTheRules() {
        types().forEach((name, type) -> {
            assertThat(name).matches("[a-z][a-z0-9_]*");
            if (type.equals("counter")) {
                assertThat(name).endsWith("_total");
            } else {
                assertThat(name).doesNotEndWith("_total");
            }
            if (type.equals("gauge")) {
                assertThat(name).doesNotEndWith("_count").doesNotEndWith("_sum").doesNotEndWith("_bucket");
            }
            assertThat(name).doesNotContainPattern("_(ms|milliseconds|minutes|hours|kilobytes|megabytes|percent)(_|$)");
        });
    }

    @Test
    void scrape_timesAndSizes_endInBaseUnits() {
        assertThat(types().keySet())
                .contains("process_cpu_seconds_total", "process_uptime_seconds", "jvm_memory_used_bytes", "system_cpus")
                .doesNotContain("system_cpu_count", "process_cpu_time_ns_total");
    }

    @Test
    void scrape_timer_isAHistogramInSeconds() {
        Timer.builder("hone.test")
                .description("A test")
                .serviceLevelObjectives(Duration.ofMillis(5))
                .register(metrics.registry())
                .record(Duration.ofMillis(2));
        assertThat(types()).containsEntry("hone_test_seconds", "histogram");
        assertThat(metrics.scrape(PROMETHEUS))
                .contains("hone_test_seconds_bucket{le=\"0.005\"} 1", "hone_test_seconds_count 1");
    }

    @Test
    void scrape_openMetrics_endsWithEof() {
        assertThat(metrics.scrape(OPEN_METRICS)).endsWith("# EOF\n");
        assertThat(metrics.scrape(PROMETHEUS)).doesNotContain("# EOF");
    }

    @Test
    void requestParts_ofOneRequest_addUp() {
        RequestParts.database(5); // nobody counts yet
        RequestParts parts = RequestParts.begin();
        RequestParts.database(7);
        RequestParts.database(8);
        RequestParts.cache(3, true);
        RequestParts.end();
        RequestParts.database(100);
        assertThat(parts)
                .returns(15L, RequestParts::databaseNanos)
                .returns(3L, RequestParts::cacheNanos)
                .returns("hit", RequestParts::cacheResult);
        assertThat(RequestParts.begin())
                .returns(0L, RequestParts::databaseNanos)
                .returns(null, RequestParts::cacheResult);
        RequestParts.end();
    }

    private Map<String, String> types() {
        return words("# TYPE (\\S+) (\\S+)");
    }

    /** First and, where there is one, second group of each matching line. */
    private Map<String, String> words(String line) {
        List<MatchResult> found = Pattern.compile("(?m)^" + line + "$")
                .matcher(metrics.scrape(PROMETHEUS))
                .results()
                .toList();
        assertThat(found.stream().collect(groupingBy(match -> match.group(1))).values())
                .allMatch(same -> same.size() == 1);
        return found.stream()
                .collect(toMap(match -> match.group(1), match -> match.groupCount() > 1 ? match.group(2) : ""));
    }
}
