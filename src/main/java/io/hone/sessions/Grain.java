package io.hone.sessions;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;

/** Width of the buckets in which sessions are counted, in UTC. */
public enum Grain {
    HOUR("h", ChronoUnit.HOURS),
    DAY("d", ChronoUnit.DAYS),
    MONTH("m", ChronoUnit.MONTHS);

    private final String code;
    private final ChronoUnit unit;

    Grain(String code, ChronoUnit unit) {
        this.code = code;
        this.unit = unit;
    }

    /** As the database has it. */
    String code() {
        return code;
    }

    /** The grain of a code in the database. */
    static Grain of(String code) {
        return Arrays.stream(values())
                .filter(grain -> grain.code.equals(code))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No grain " + code));
    }

    /** When the bucket of that time began. */
    public Instant bucketOf(Instant time) {
        ZonedDateTime utc = time.atZone(ZoneOffset.UTC);
        return (this == MONTH ? utc.truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1) : utc.truncatedTo(unit)).toInstant();
    }

    /** The bucket a number of buckets later. */
    public Instant plus(Instant bucket, long buckets) {
        return bucket.atZone(ZoneOffset.UTC).plus(buckets, unit).toInstant();
    }
}
