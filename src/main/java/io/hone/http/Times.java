package io.hone.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;

/** Times as clients write them. */
public final class Times {

    /** The last moment that RFC 3339 can write, with its four digits for a year. */
    public static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999Z");

    private Times() {}

    /**
     * Reads an RFC 3339 time, to the millisecond.
     *
     * @throws DateTimeException if it is none, before 1970 or after 9999
     */
    public static Instant parse(String text) {
        Instant time = OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MILLIS);
        if (time.isBefore(Instant.EPOCH) || time.isAfter(LAST)) {
            throw new DateTimeException("Not from 1970 to 9999");
        }
        return time;
    }
}
