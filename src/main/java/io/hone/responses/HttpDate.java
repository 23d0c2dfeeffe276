package io.hone.responses;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;

/** Dates of header fields (RFC 9110, section 5.6.7): one form is written, three are read. */
final class HttpDate {

    private static final DateTimeFormatter FIXED =
            DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.US);

    /** Two digits of a year mean one of the century from here: what is 50 years in the future was meant as past. */
    private static final int FIRST_SHORT_YEAR = 1977;

    private static final List<DateTimeFormatter> FORMS = List.of(
            FIXED,
            new DateTimeFormatterBuilder()
                    .appendPattern("EEEE, dd-MMM-")
                    .appendValueReduced(ChronoField.YEAR, 2, 2, FIRST_SHORT_YEAR)
                    .appendPattern(" HH:mm:ss 'GMT'")
                    .toFormatter(Locale.US),
            DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss uuuu", Locale.US));

    private HttpDate() {}

    static String write(Instant time) {
        return FIXED.format(time.atOffset(ZoneOffset.UTC));
    }

    /**
     * Reads a date in any of the three forms.
     *
     * @throws DateTimeException where it is in none
     */
    static Instant parse(String text) {
        for (DateTimeFormatter form : FORMS) {
            try {
                return LocalDateTime.parse(text.strip(), form).toInstant(ZoneOffset.UTC);
            } catch (DateTimeException e) {
                // Perhaps it is in the next form.
            }
        }
        throw new DateTimeException("No date of HTTP");
    }
}
