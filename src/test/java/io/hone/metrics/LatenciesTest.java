package io.hone.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Percentage.withPercentage;

import io.hone.metrics.Latencies.Summary;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LatenciesTest {

    private static final long MS = 1_000_000;

    private final Latencies latencies = new Latencies();

    @Property(tries = 200)
    void summaries_anyDurations_percentilesAreWithinOnePercent(
            @ForAll @Size(min = 1, max = 300) List<@LongRange(min = 10, max = 60_000_000) Long> micros) {
        Latencies own = new Latencies();
        micros.forEach(us -> own.record("a", us * 1_000, 0, false, false));
        List<Long> sorted = micros.stream().sorted().toList();
        Summary summary = own.summaries().get(0);
        assertThat(summary.p50Ms()).isCloseTo(percentile(sorted, 50), withPercentage(1));
        assertThat(summary.p95Ms()).isCloseTo(percentile(sorted, 95), withPercentage(1));
        assertThat(summary.p99Ms()).isCloseTo(percentile(sorted, 99), withPercentage(1));
        assertThat(summary.maxMs()).isCloseTo(sorted.get(sorted.size() - 1) / 1e3, withPercentage(1));
        assertThat(summary.avgMs())
                .isCloseTo(micros.stream().mapToLong(us -> us).average().orElseThrow() / 1e3, withPercentage(1));
    }

    @Test
    void summaries_everyKindOfRun_isCounted() {
        latencies.record("a", MS, 3, false, false);
        latencies.record("a", 2 * MS, 4, true, false);
        latencies.record("a", 9 * MS, -1, false, true);
        assertThat(latencies.summaries())
                .singleElement()
                .returns("a", Summary::name)
                .returns(3L, Summary::count)
                .returns(7L, Summary::rows)
                .returns(1L, Summary::errors)
                .returns(1L, Summary::slow);
    }

    @Test
    void summaries_askedTwice_keepWhatWasRecorded() {
        latencies.record("a", MS, 0, false, false);
        assertThat(latencies.summaries()).isEqualTo(latencies.summaries());
        latencies.record("a", MS, 0, false, false);
        assertThat(latencies.total("all").count()).isEqualTo(2);
        assertThat(latencies.summaries().get(0).count()).isEqualTo(2);
    }

    @Test
    void summaries_severalNames_mostTimeFirst() {
        latencies.record("once-long", 50 * MS, 0, false, false);
        for (int i = 0; i < 100; i++) {
            latencies.record("often-short", MS, 0, false, false);
        }
        latencies.record("once-short", MS, 0, false, false);
        assertThat(latencies.summaries())
                .extracting(Summary::name)
                .containsExactly("often-short", "once-long", "once-short");
    }

    @Test
    void total_severalNames_addsThemUp() {
        latencies.record("a", 10 * MS, 1, true, true);
        latencies.record("b", 20 * MS, 2, true, false);
        Summary total = latencies.total("all");
        assertThat(total)
                .returns("all", Summary::name)
                .returns(2L, Summary::count)
                .returns(3L, Summary::rows)
                .returns(2L, Summary::errors)
                .returns(1L, Summary::slow);
        assertThat(total.avgMs()).isCloseTo(15, withPercentage(1));
        assertThat(total.maxMs()).isCloseTo(20, withPercentage(1));
    }

    @Test
    void total_nothingRecorded_isZero() {
        assertThat(latencies.summaries()).isEmpty();
        assertThat(latencies.total("all")).isEqualTo(new Summary("all", 0, 0, 0, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void record_outOfRange_isHeldToIt() {
        latencies.record("negative", -5, 0, false, false);
        latencies.record("endless", Long.MAX_VALUE, 0, false, false);
        assertThat(latencies.summaries()).extracting(Summary::name).containsExactly("endless", "negative");
        assertThat(latencies.summaries().get(0).maxMs()).isCloseTo(3_600_000, withPercentage(1));
        assertThat(latencies.summaries().get(1).maxMs()).isCloseTo(0, within(0.001));
    }

    @Test
    void record_byManyThreads_losesNone() {
        IntStream.range(0, 8).parallel().forEach(thread -> {
            for (int i = 0; i < 1_000; i++) {
                latencies.record("a", MS, 1, false, false);
                if (i % 100 == 0) {
                    latencies.summaries();
                }
            }
        });
        assertThat(latencies.summaries())
                .singleElement()
                .returns(8_000L, Summary::count)
                .returns(8_000L, Summary::rows);
    }

    /** Nearest rank, in milliseconds. */
    private static double percentile(List<Long> sortedMicros, int percent) {
        int rank = (int) Math.ceil(sortedMicros.size() * percent / 100.0);
        return sortedMicros.get(Math.max(rank, 1) - 1) / 1e3;
    }
}
