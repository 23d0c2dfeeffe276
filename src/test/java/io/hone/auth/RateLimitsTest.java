package io.hone.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hone.audit.SettableClock;
import io.hone.auth.RateLimits.Limit;
import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RateLimitsTest {

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-21T01:00:00Z"));
    private final Settings settings = Settings.defaults();
    private final RateLimits limits = new RateLimits(settings, clock);

    @Test
    void take_moreThanTheBucketHolds_isRefusedUntilItFillsAgain() {
        take(10);
        assertRefused();
        clock.advance(Duration.ofSeconds(5));
        assertRefused();

        clock.advance(Duration.ofSeconds(1));

        take(1);
        assertRefused();
        clock.advance(Duration.ofMinutes(10));
        take(10);
        assertRefused();
    }

    @Test
    void take_anotherSubjectOrLimit_hasItsOwnBucket() {
        take(10);

        limits.take(Limit.SIGN_IN, "10.0.0.2 ada");
        limits.take(Limit.SIGN_IN_ADDRESS, "10.0.0.1 ada");
    }

    @Test
    void take_settingIsChanged_holdsAtOnce() {
        take(10);
        assertRefused();

        settings.store(SettingsCatalogue.LIMIT_SIGN_IN, "20");

        take(20);
        assertRefused();
    }

    @Test
    void take_limitOfZero_isNone() {
        for (int i = 0; i < 100_000; i++) {
            limits.take(Limit.REQUESTS, "ada");
        }
    }

    @Test
    void refusal_tellsWhenToComeBack() throws Exception {
        take(10);

        assertThatThrownBy(() -> limits.take(Limit.SIGN_IN, "10.0.0.1 ada"))
                .isInstanceOfSatisfying(ProblemException.class, problem -> {
                    assertThat(problem.type()).isEqualTo(ProblemType.TOO_MANY_REQUESTS);
                    assertThat(problem.detail()).isEqualTo("At most 10 tries to sign in in 60 s; try again in 6 s");
                });
    }

    private void take(int times) {
        for (int i = 0; i < times; i++) {
            limits.take(Limit.SIGN_IN, "10.0.0.1 ada");
        }
    }

    private void assertRefused() {
        assertThatThrownBy(() -> take(1)).isInstanceOf(ProblemException.class);
    }
}
