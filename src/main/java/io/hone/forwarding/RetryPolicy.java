package io.hone.forwarding;

import io.github.resilience4j.core.IntervalFunction;
import io.hone.gateway.Outcome;
import io.hone.gateway.ProviderKind;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a call is sent again, and when: what was never sent, what does no more the second time (RFC 9110, section 9.2.2),
 * and what the provider says it did not begin with.
 */
final class RetryPolicy {

    /** Longer than that nobody is kept waiting: the provider's own answer says when to come again. */
    static final long LONGEST_WAIT_MS = 10_000;

    private static final Duration FIRST_WAIT = Duration.ofMillis(200);
    private static final Duration LAST_WAIT = Duration.ofSeconds(5);
    private static final double GROWTH = 2;

    /** Half as long to half as long again, so that those who failed together do not come back together. */
    private static final double JITTER = 0.5;

    private static final int TOO_MANY = 429;

    /** A gateway in between, or the server itself, may be well the next moment. */
    private static final Set<Integer> PASSING = Set.of(TOO_MANY, 502, 503, 504, 529);

    private static final IntervalFunction WAITS =
            IntervalFunction.ofExponentialRandomBackoff(FIRST_WAIT, GROWTH, JITTER, LAST_WAIT);

    private RetryPolicy() {}

    /**
     * The wait after an answer before the call is sent again.
     *
     * @param sent how often it was, 1 and up
     * @param most how often it may be sent again
     * @param retryAfter what the answer says of it, or null
     * @return milliseconds; empty where it is not sent again
     */
    static OptionalLong afterAnswer(
            Call call, ProviderKind kind, int status, int sent, long most, @Nullable String retryAfter, Clock clock) {
        // Providers of models refuse before they begin; what a generic one did before it answered, nobody knows.
        boolean notBegun = status == TOO_MANY || (kind != ProviderKind.GENERIC && Outcome.isBusy(status));
        if (sent > most || !(notBegun || (call.isIdempotent() && PASSING.contains(status)))) {
            return OptionalLong.empty();
        }
        long asked = retryAfterMs(retryAfter, clock);
        long wait = Math.max(asked, WAITS.apply(sent));
        return asked > LONGEST_WAIT_MS ? OptionalLong.empty() : OptionalLong.of(wait);
    }

    /**
     * The wait after a call without an answer.
     *
     * @param committed whether any of it left this machine
     */
    static OptionalLong afterLoss(Call call, boolean committed, int sent, long most) {
        return sent > most || (committed && !call.isIdempotent())
                ? OptionalLong.empty()
                : OptionalLong.of(WAITS.apply(sent));
    }

    /** {@code Retry-After} (RFC 9110, section 10.2.3) in milliseconds; 0 for none that can be read. */
    private static long retryAfterMs(@Nullable String value, Clock clock) {
        if (value == null) {
            return 0;
        }
        String text = value.strip();
        try {
            if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return Math.multiplyExact(Long.parseLong(text), 1_000L);
            }
            ZonedDateTime at = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
            return Math.max(0, at.toInstant().toEpochMilli() - clock.millis());
        } catch (NumberFormatException | ArithmeticException e) {
            return Long.MAX_VALUE;
        } catch (DateTimeException e) {
            return 0;
        }
    }
}
