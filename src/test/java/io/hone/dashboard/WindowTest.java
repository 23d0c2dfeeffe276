package io.hone.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.hone.sessions.Grain;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowTest {

    private static final long YEAR_2100 = 4_102_444_800_000L;

    @ParameterizedTest
    @CsvSource({
        "24h, 2026-11-20T12:00:00.000Z, 2026-11-19T13:00:00Z",
        "24h, 2026-11-20T12:59:59.999Z, 2026-11-19T13:00:00Z",
        "24h, 2026-11-20T00:00:00.000Z, 2026-11-19T01:00:00Z",
        "24h, 2026-11-19T23:59:59.999Z, 2026-11-19T00:00:00Z",
        "24h, 2026-03-01T05:30:00.000Z, 2026-02-28T06:00:00Z",
        "24h, 2026-03-29T12:00:00.000Z, 2026-03-28T13:00:00Z",
        "24h, 2026-10-25T12:00:00.000Z, 2026-10-24T13:00:00Z",
        "7d, 2026-11-20T00:00:00.000Z, 2026-11-14T00:00:00Z",
        "7d, 2026-11-20T23:59:59.999Z, 2026-11-14T00:00:00Z",
        "7d, 2026-03-02T01:00:00.000Z, 2026-02-24T00:00:00Z",
        "7d, 2026-03-30T01:00:00.000Z, 2026-03-24T00:00:00Z",
        "30d, 2026-03-01T12:00:00.000Z, 2026-01-31T00:00:00Z",
        "30d, 2028-03-01T12:00:00.000Z, 2028-02-01T00:00:00Z",
        "30d, 2027-01-01T00:00:00.000Z, 2026-12-03T00:00:00Z",
        "all, 2026-11-20T12:00:00.000Z, 1970-01-01T00:00:00Z"
    })
    void from_wholeBucketsWithTheCurrentOne(String label, Instant now, Instant from) {
        assertThat(Window.of(label).from(now)).isEqualTo(from);
    }

    @ParameterizedTest
    @CsvSource({
        ", 2026-11-01T00:00:00Z",
        "2026-09-01T00:00:00Z, 2026-09-01T00:00:00Z",
        "2016-12-01T00:00:00Z, 2016-12-01T00:00:00Z",
        "2016-11-01T00:00:00Z, 2016-12-01T00:00:00Z",
        "1970-01-01T00:00:00Z, 2016-12-01T00:00:00Z"
    })
    void timelineFrom_all_beginsWithTheFirstUsedMonthOfTenYears(Instant firstUsed, Instant from) {
        assertThat(Window.ALL.timelineFrom(Instant.parse("2026-11-20T12:00:00Z"), firstUsed))
                .isEqualTo(from);
    }

    @Test
    void timelineFrom_others_isTheWindow() {
        Instant now = Instant.parse("2026-11-20T12:00:00Z");

        for (Window window : new Window[] {Window.DAY, Window.WEEK, Window.MONTH}) {
            assertThat(window.timelineFrom(now, null)).isEqualTo(window.from(now));
            assertThat(window.timelineFrom(now, now)).isEqualTo(window.from(now));
        }
    }

    @Test
    void labels_areThoseOfTheInterface() {
        assertThat(Window.labels()).containsExactly("24h", "7d", "30d", "all");
    }

    @Property
    void buckets_ofAnyTime_followEachOtherWithoutGap(@ForAll @LongRange(max = YEAR_2100, min = 0) long millis) {
        Instant time = Instant.ofEpochMilli(millis);
        for (Grain grain : Grain.values()) {
            Instant bucket = grain.bucketOf(time);
            Instant next = grain.plus(bucket, 1);

            assertThat(bucket).isBeforeOrEqualTo(time);
            assertThat(next).isAfter(time);
            assertThat(grain.bucketOf(bucket)).isEqualTo(bucket);
            assertThat(grain.bucketOf(next)).isEqualTo(next);
            assertThat(grain.bucketOf(next.minusMillis(1))).isEqualTo(bucket);
            assertThat(grain.plus(next, -1)).isEqualTo(bucket);
        }
    }

    @Property
    void from_anyTime_isAsManyBucketsBackAsTheWindowHas(@ForAll @LongRange(max = YEAR_2100, min = 0) long millis) {
        Instant now = Instant.ofEpochMilli(millis);
        Instant midnight =
                now.atZone(ZoneOffset.UTC).toLocalDate().atStartOfDay().toInstant(ZoneOffset.UTC);

        assertThat(Duration.between(Window.DAY.from(now), Grain.HOUR.bucketOf(now)))
                .isEqualTo(Duration.ofHours(23));
        assertThat(Duration.between(Window.WEEK.from(now), midnight)).isEqualTo(Duration.ofDays(6));
        assertThat(Duration.between(Window.MONTH.from(now), midnight)).isEqualTo(Duration.ofDays(29));
    }
}
