package io.hone.responses;

import static org.assertj.core.api.Assertions.assertThat;

import io.hone.responses.CacheStatus.Forward;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The small decisions of RFC 9110, 9111 and 9211. */
class HttpRulesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max-age=60 | max-age | 60",
                "MAX-AGE=60 | max-age | 60",
                "a, max-age=60,b | max-age | 60",
                "max-age=\"60\" | max-age | 60",
                "max-age=60, max-age=1 | max-age | 60",
                "max-age=99999999999999999999 | max-age | 2147483648",
                "max-age=1.5 | max-age | 0",
                "max-age=-1 | max-age | 0",
                "max-age | max-age | 0",
                "x=\"a, max-age=1\", max-age=2 | max-age | 2",
                "no-cache | max-age | -1"
            })
    void directives_seconds(String field, String name, long expected) {
        assertThat(Directives.parse(field).seconds(name)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max-age=10 | 10000 | 1 | true",
                "max-age=10 | 10001 | 1 | false",
                "min-fresh=5 | 0 | 5000 | true",
                "min-fresh=5 | 0 | 4999 | false",
                "max-stale=5 | 0 | -4999 | true",
                "max-stale=5 | 0 | -5001 | false",
                "max-stale | 0 | -99999999 | true",
                "no-cache | 0 | 1000 | false",
                "x | 0 | 0 | false",
                "x | 0 | 1 | true"
            })
    void wishes_accept(String field, long ageMs, long leftMs, boolean expected) {
        assertThat(Wishes.of(Fields.of("Cache-Control", field)).accept(ageMs, leftMs))
                .isEqualTo(expected);
    }

    @Test
    void wishes_pragma_countsAlone() {
        assertThat(Wishes.of(Fields.of("Pragma", "no-cache")).noCache()).isTrue();
        assertThat(Wishes.of(Fields.of("Pragma", "no-cache", "Cache-Control", "max-age=1"))
                        .noCache())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"a\" | \"a\" | true",
                "W/\"a\" | \"a\" | true",
                "\"a-gzip\" | \"a\" | true",
                "\"b\", \"a\" | W/\"a\" | true",
                "\"b\" | \"a\" | false",
                "* | \"a\" | true",
                "\"a,b\" | \"b\" | false",
                "\"a,b\" | \"a,b\" | true"
            })
    void isKnown_tags(String condition, String tag, boolean expected) {
        assertThat(Conditions.isKnown(Fields.of("If-None-Match", condition), Fields.of("ETag", tag)))
                .isEqualTo(expected);
    }

    @Test
    void isKnown_dates_countOnlyWithoutTags() {
        String older = "Fri, 20 Nov 2026 11:00:00 GMT";
        String newer = "Fri, 20 Nov 2026 12:00:00 GMT";
        assertThat(Conditions.isKnown(Fields.of("If-Modified-Since", newer), Fields.of("Last-Modified", older)))
                .isTrue();
        assertThat(Conditions.isKnown(Fields.of("If-Modified-Since", older), Fields.of("Last-Modified", newer)))
                .isFalse();
        assertThat(Conditions.isKnown(Fields.of("If-Modified-Since", "x"), Fields.of("Last-Modified", older)))
                .isFalse();
        assertThat(Conditions.isKnown(
                        Fields.of("If-Modified-Since", newer, "If-None-Match", "\"b\""),
                        Fields.of("Last-Modified", older, "ETag", "\"a\"")))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"})
    void date_inEachForm_isTheSame(String text) {
        assertThat(HttpDate.parse(text)).isEqualTo(Instant.parse("1994-11-06T08:49:37Z"));
        assertThat(HttpDate.write(HttpDate.parse(text))).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
    }

    @Test
    void status_isThatOfTheRfc() {
        assertThat(CacheStatus.hit(12_900)).isEqualTo("hone; hit; ttl=12");
        assertThat(CacheStatus.hit(-1)).isEqualTo("hone; hit; ttl=-1");
        assertThat(CacheStatus.stored(Forward.URI_MISS, 60_000)).isEqualTo("hone; fwd=uri-miss; stored; ttl=60");
        assertThat(CacheStatus.collapsed(Forward.STALE, 1_000)).isEqualTo("hone; fwd=stale; collapsed; ttl=1");
        assertThat(Forward.BYPASS.value()).isEqualTo("hone; fwd=bypass");
    }

    @Test
    void flights_othersGetWhatTheFirstFetched() throws Exception {
        Flights flights = new Flights();
        Flights.Flight first = flights.join("k");
        Flights.Flight second = flights.join("k");
        Flights.Flight other = flights.join("o");
        assertThat(List.of(first.isFirst(), second.isFirst(), other.isFirst())).containsExactly(true, false, true);
        StoredAnswer fetched = new StoredAnswer(
                new Answer(200, Fields.NONE, new byte[0]),
                null,
                new StoredAnswer.Life(0, 1, 0),
                new StoredAnswer.Origin("/", Fields.NONE, List.of(), 0, null, null, false, null, 0));
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<?> waiting =
                    thread.submit(() -> second.await(Duration.ofSeconds(60)).orElseThrow());
            first.end(fetched);
            first.end(null);
            assertThat(waiting.get(60, TimeUnit.SECONDS)).isEqualTo(fetched);
        } finally {
            thread.shutdownNow();
        }
        assertThat(flights.join("k").isFirst()).isTrue();
        assertThat(other.await(Duration.ZERO)).isEmpty();
    }
}
