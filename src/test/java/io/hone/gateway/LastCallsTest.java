package io.hone.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.hone.failures.ProviderHealth;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LastCallsTest {

    private static final long NOW = 1_000_000_000;
    private static final long TIMEOUT_MS = 1_000;

    private final LastCalls calls = new LastCalls();

    /** The calls from the oldest on: g for good, f failed, r key refused, l limited, p a probe that failed. */
    @ParameterizedTest
    @CsvSource({
        "'',             unknown",
        "g,              healthy",
        "f,              degraded",
        "r,              degraded",
        "ff,             degraded",
        "fff,            unhealthy",
        "ffg,            unhealthy",
        "ffgg,           unhealthy",
        "rrr,            unhealthy",
        "gggggggggf,     degraded",
        "ggggggggggggf,  healthy",
        "gggggggggl,     degraded",
        "lllll,          degraded",
        "gggggggfffff,   unhealthy",
        "fffffffggggg,   healthy",
        "fffffffgggg,    unhealthy",
        "p,              unhealthy",
        "ggggggggggp,    unhealthy",
        "pg,             degraded",
    })
    void verdict(String sequence, String expected) {
        for (char c : sequence.toCharArray()) {
            calls.add(NOW, outcome(c));
        }
        assertThat(calls.verdict(NOW, TIMEOUT_MS).status()).hasToString(expected);
    }

    @Test
    void callsOfLongAgo_andThoseBeyondTheLastFifty_tellNothing() {
        for (int i = 0; i < 30; i++) {
            calls.add(NOW - LastCalls.WINDOW_MS - 1, outcome('f'));
        }
        assertThat(calls.verdict(NOW, TIMEOUT_MS).status()).isEqualTo(ProviderHealth.UNKNOWN);
        calls.add(NOW, outcome('g'));
        assertThat(calls.verdict(NOW, TIMEOUT_MS))
                .isEqualTo(new LastCalls.Verdict(ProviderHealth.HEALTHY, 1, 0.0, new HealthReport.Latency(10, 10)));
        for (int i = 0; i < LastCalls.CALLS; i++) {
            calls.add(NOW, outcome('f'));
        }
        LastCalls.Verdict down = calls.verdict(NOW, TIMEOUT_MS);
        assertThat(down).isEqualTo(new LastCalls.Verdict(ProviderHealth.UNHEALTHY, LastCalls.CALLS, 1.0, null));
    }

    @Test
    void latencies_areOfAnswers_byNearestRank_andSlowOnesAreNoGoodSign() {
        for (int i = 1; i <= 20; i++) {
            calls.add(NOW, new Outcome(200, i * 10L, "", false));
        }
        calls.add(NOW, new Outcome(0, 99_999, "", false));
        LastCalls.Verdict verdict = calls.verdict(NOW, TIMEOUT_MS);
        assertThat(verdict.latency()).isEqualTo(new HealthReport.Latency(100, 190));
        assertThat(verdict.status()).isEqualTo(ProviderHealth.HEALTHY);
        assertThat(calls.verdict(NOW, 380).status()).isEqualTo(ProviderHealth.DEGRADED);
    }

    private static Outcome outcome(char c) {
        return switch (c) {
            case 'g' -> new Outcome(200, 10, "", false);
            case 'f' -> new Outcome(0, 10, "", false);
            case 'r' -> new Outcome(401, 10, "", false);
            case 'l' -> new Outcome(429, 10, "", false);
            case 'p' -> new Outcome(503, 10, "", true);
            default -> throw new IllegalArgumentException(String.valueOf(c));
        };
    }
}
