package io.hone.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.hone.audit.SettableClock;
import io.hone.cache.TestCaches;
import io.hone.events.Events;
import io.hone.failures.Failures;
import io.hone.failures.ProviderHealth;
import io.hone.metrics.Metrics;
import io.hone.settings.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HealthMonitorTest {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final Provider PROVIDER = provider(1);

    private final SettableClock clock = new SettableClock(NOON);
    private final List<Object> told = new ArrayList<>();
    private final Metrics metrics = new Metrics();
    private final Failures failures =
            new Failures(Settings.defaults(), TestCaches.onHeap(clock), provider -> Optional.empty());
    private final HealthMonitor monitor = new HealthMonitor(
            failures, Settings.defaults(), TestCaches.onHeap(clock), new Events(told::add), clock, metrics);

    @Test
    void nobodyCalled_isUnknown() {
        assertThat(monitor.report(PROVIDER))
                .isEqualTo(new HealthReport("p", ProviderHealth.UNKNOWN, 0, null, null, NOON, null, null, null, false));
        assertThat(monitor.health("p")).isEmpty();
        assertThat(monitor.isDue(PROVIDER)).isTrue();
    }

    @Test
    void changes_areTold_andSeenAtOnce_thoughTheReportIsCached() {
        call(200, "");
        assertThat(monitor.report(PROVIDER).status()).isEqualTo(ProviderHealth.HEALTHY);
        clock.advance(Duration.ofSeconds(1));
        call(429, "{\"error\": {\"code\": \"insufficient_quota\", \"message\": \"You exceeded your current quota\"}}");

        HealthReport report = monitor.report(PROVIDER);
        assertThat(report.status()).isEqualTo(ProviderHealth.DEGRADED);
        assertThat(report.since()).isEqualTo(NOON.plusSeconds(1));
        assertThat(report.lastErrorCategory()).isEqualTo("quota_exceeded");
        assertThat(report.lastErrorAt()).isEqualTo(NOON.plusSeconds(1));
        assertThat(told)
                .containsExactly(
                        new ProviderHealthChanged("p", ProviderHealth.UNKNOWN, ProviderHealth.HEALTHY, false),
                        new ProviderHealthChanged("p", ProviderHealth.HEALTHY, ProviderHealth.DEGRADED, false));
        assertThat(monitor.health("p")).contains(ProviderHealth.DEGRADED);
    }

    @Test
    void failures_pauseIt_everLonger_untilATrialIsGood() {
        for (int i = 0; i < 4; i++) {
            call(0, "the connection ended");
        }
        assertThat(monitor.report(PROVIDER).status()).isEqualTo(ProviderHealth.UNHEALTHY);
        assertThat(monitor.report(PROVIDER).paused()).isFalse();
        call(0, "the connection ended");
        assertThat(told)
                .last()
                .isEqualTo(new ProviderHealthChanged("p", ProviderHealth.UNHEALTHY, ProviderHealth.UNHEALTHY, true));
        assertThat(monitor.enter(PROVIDER)).isEmpty();
        assertThat(monitor.pause(PROVIDER)).isEqualTo(Duration.ofSeconds(5));
        assertThat(monitor.report(PROVIDER).paused()).isTrue();

        clock.advance(Duration.ofSeconds(6));
        HealthMonitor.Permit first = monitor.enter(PROVIDER).orElseThrow();
        HealthMonitor.Permit second = monitor.enter(PROVIDER).orElseThrow();
        assertThat(monitor.enter(PROVIDER)).as("two trials, and no more").isEmpty();
        first.over(new Outcome(503, 1, "", false));
        second.over(new Outcome(503, 1, "", false));
        assertThat(monitor.pause(PROVIDER)).isEqualTo(Duration.ofSeconds(10));

        clock.advance(Duration.ofSeconds(11));
        call(200, "");
        call(200, "");
        for (int i = 0; i < 3; i++) {
            call(200, "");
        }
        assertThat(monitor.pause(PROVIDER)).isZero();
        assertThat(monitor.report(PROVIDER).status()).isEqualTo(ProviderHealth.HEALTHY);
    }

    @Test
    void faultsOfTheRequest_andOfTheClient_pauseNobody() {
        for (int i = 0; i < 50; i++) {
            call(i % 2 == 0 ? 400 : 429, "");
            monitor.enter(PROVIDER).orElseThrow().unused();
        }
        assertThat(monitor.enter(PROVIDER)).isPresent();
    }

    /** A trial whose client goes away gives its place back. */
    @Test
    void trialThatToldNothing_isGivenBack() {
        for (int i = 0; i < 5; i++) {
            call(0, "");
        }
        clock.advance(Duration.ofSeconds(6));
        for (int i = 0; i < 10; i++) {
            monitor.enter(PROVIDER).orElseThrow().unused();
        }
        call(200, "");
        call(200, "");
        assertThat(monitor.pause(PROVIDER)).isZero();
    }

    @Test
    void answerThatBreaksOff_countsAsFailed() {
        for (int i = 0; i < 3; i++) {
            HealthMonitor.Permit permit = monitor.enter(PROVIDER).orElseThrow();
            permit.over(new Outcome(200, 1, "", false));
            permit.over(new Outcome(200, 1, "", false));
            permit.over(new Outcome(0, 1, "broken pipe", false));
        }
        assertThat(monitor.report(PROVIDER).calls()).isEqualTo(6);
        assertThat(monitor.report(PROVIDER).errorRate()).isEqualTo(0.5);
        assertThat(monitor.enter(PROVIDER)).isEmpty();
    }

    @Test
    void silence_makesItUnknown_andTimeToAsk_soonerIfItWasUnhealthy() {
        call(200, "");
        assertThat(monitor.isDue(PROVIDER)).isFalse();
        clock.advance(Duration.ofSeconds(179));
        assertThat(monitor.isDue(PROVIDER)).isFalse();
        clock.advance(Duration.ofSeconds(1));
        assertThat(monitor.isDue(PROVIDER)).isTrue();
        clock.advance(Duration.ofMinutes(5));
        monitor.review();
        assertThat(monitor.report(PROVIDER).status()).isEqualTo(ProviderHealth.UNKNOWN);
        assertThat(told)
                .last()
                .isEqualTo(new ProviderHealthChanged("p", ProviderHealth.HEALTHY, ProviderHealth.UNKNOWN, false));

        monitor.enter(PROVIDER).orElseThrow().over(new Outcome(0, 1, "", true));
        assertThat(monitor.report(PROVIDER).status()).isEqualTo(ProviderHealth.UNHEALTHY);
        clock.advance(Duration.ofSeconds(59));
        assertThat(monitor.isDue(PROVIDER)).isFalse();
        clock.advance(Duration.ofSeconds(1));
        assertThat(monitor.isDue(PROVIDER)).isTrue();
    }

    @Test
    void providerThatIsChanged_beginsAnew_andOneThatIsDeletedLeavesNoMeter() {
        for (int i = 0; i < 5; i++) {
            call(0, "");
        }
        assertThat(metrics.scrape("text/plain")).contains("hone_provider_health{provider=\"p\"} 0.0");
        monitor.changed(new ProviderChanged("p", 2, false));
        assertThat(monitor.enter(provider(2))).isPresent();
        assertThat(monitor.report(provider(2)).status()).isEqualTo(ProviderHealth.UNKNOWN);
        assertThat(metrics.scrape("text/plain")).contains("hone_provider_health{provider=\"p\"} NaN");
        monitor.changed(new ProviderChanged("p", 2, true));
        assertThat(metrics.scrape("text/plain")).doesNotContain("provider=\"p\"");
    }

    private void call(int status, String words) {
        monitor.enter(PROVIDER).orElseThrow().over(new Outcome(status, 10, words, false));
    }

    private static Provider provider(long version) {
        return new Provider(
                "p",
                ProviderKind.OPENAI,
                "https://example.com",
                false,
                null,
                null,
                1_000,
                false,
                Map.of(),
                Provider.Limits.NONE,
                null,
                null,
                NOON,
                "ada",
                NOON,
                version);
    }
}
