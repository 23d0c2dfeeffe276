package io.hone.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import io.hone.audit.SettableClock;
import io.hone.gateway.ProviderKind;
import io.hone.gateway.Spender;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryPolicyTest {

    private static final SettableClock CLOCK = new SettableClock(Instant.parse("2026-11-21T12:00:00Z"));

    @ParameterizedTest
    @CsvSource({
        // Providers of models refuse before they begin; 500 and 502 may come in the middle.
        "POST, openai,    429, true",
        "POST, openai,    503, true",
        "POST, anthropic, 529, true",
        "POST, openai,    500, false",
        "POST, openai,    502, false",
        "POST, openai,    504, false",
        "POST, openai,    400, false",
        "POST, generic,   503, false",
        "POST, generic,   429, true",
        "GET,  generic,   502, true",
        "PUT,  generic,   503, true",
        "GET,  generic,   500, false",
        "GET,  generic,   404, false",
        "GET,  openai,    200, false",
    })
    void answers(String method, String kind, int status, boolean again) {
        OptionalLong wait = RetryPolicy.afterAnswer(call(method), ProviderKind.of(kind), status, 1, 2, null, CLOCK);
        assertThat(wait.isPresent()).isEqualTo(again);
    }

    @ParameterizedTest
    @CsvSource({
        "1,                               1000",
        "10,                              10000",
        "11,                              -1",
        "99999999999999999999,            -1",
        "'Sat, 21 Nov 2026 12:00:03 GMT', 3000",
        "'Sat, 21 Nov 2026 11:00:03 GMT', 0",
        "'Sat, 21 Nov 2026 13:00:00 GMT', -1",
        "soon,                            0",
        "'',                              0",
        "-1,                              0",
    })
    void retryAfter_isHonoured_orNobodyWaits(String value, long least) {
        OptionalLong wait = RetryPolicy.afterAnswer(call("POST"), ProviderKind.OPENAI, 429, 1, 2, value, CLOCK);
        assertThat(wait.isPresent()).isEqualTo(least >= 0);
        wait.ifPresent(ms -> assertThat(ms).isBetween(least, Math.max(least, 400)));
    }

    @Test
    void whatMayHaveBeenDone_isNotDoneAgain() {
        assertThat(RetryPolicy.afterLoss(call("POST"), true, 1, 2)).isEmpty();
        assertThat(RetryPolicy.afterLoss(call("POST"), false, 1, 2)).isPresent();
        assertThat(RetryPolicy.afterLoss(call("GET"), true, 1, 2)).isPresent();
        assertThat(RetryPolicy.afterLoss(call("POST", "idempotency-key", "1"), true, 1, 2))
                .isPresent();
        assertThat(RetryPolicy.afterLoss(call("PATCH"), true, 1, 2)).isEmpty();
    }

    @Test
    void waits_growWithJitter_andEnd() {
        for (int i = 0; i < 100; i++) {
            assertThat(RetryPolicy.afterLoss(call("GET"), true, 1, 4).getAsLong())
                    .isBetween(100L, 300L);
            assertThat(RetryPolicy.afterLoss(call("GET"), true, 2, 4).getAsLong())
                    .isBetween(200L, 600L);
            assertThat(RetryPolicy.afterLoss(call("GET"), true, 4, 4).getAsLong())
                    .isBetween(800L, 2_400L);
        }
        assertThat(RetryPolicy.afterLoss(call("GET"), true, 5, 4)).isEmpty();
        assertThat(RetryPolicy.afterLoss(call("GET"), true, 1, 0)).isEmpty();
    }

    private static Call call(String method, String... fields) {
        return new Call(
                method,
                new Target("p", "/x", null),
                List.of(fields),
                null,
                new byte[0],
                false,
                "r",
                "t",
                new Spender("ada", null, null, "p"),
                Question.NONE,
                null);
    }
}
