package io.hone.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hone.audit.SettableClock;
import io.hone.auth.RateLimits;
import io.hone.auth.Refusals;
import io.hone.cache.Epochs;
import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The filter over what a test puts behind it, by a clock that the test moves. */
class ResponseCacheFilterTest {

    private static final String PATH = "/files/a";
    private static final String STALE = "[{'pattern': '/files/*', 'ttl_seconds': 60, 'cache_authenticated': 'shared',"
            + " 'stale_while_revalidate_seconds': 30, 'stale_if_error_seconds': 120}]";

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-20T12:00:00Z"));
    private final Settings settings = Settings.defaults();
    private final Epochs epochs = new Epochs();
    private final TestRules rules = new TestRules().set(STALE);
    private final Flights flights = new Flights();
    private double dice = 1;
    private Adaptations adaptations;
    private ResponseStore store;
    private ResponseCacheFilter filter;

    /** What is behind the filter: says how often it was asked. */
    private int asked;

    private final FilterChain counting = (request, response) -> {
        asked++;
        ((HttpServletResponse) response).setContentType("text/plain");
        String body = new String(request.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        response.getOutputStream().write((body + "#" + asked).getBytes(StandardCharsets.UTF_8));
    };

    @BeforeEach
    void build() {
        build(new Adaptations(rules, settings, clock, () -> dice));
    }

    private void build(Adaptations smart) {
        adaptations = smart;
        store = TestStores.of(settings, epochs, clock, flights, adaptations);
        filter = new ResponseCacheFilter(
                new Lookups(rules, adaptations, settings, epochs),
                rules,
                adaptations,
                store,
                flights,
                new ResponseSender(store, settings),
                new Refusals(new RateLimits(settings, clock)),
                epochs,
                settings,
                clock);
    }

    @Test
    void fresh_isAHit_andCountedWithItsRule() throws Exception {
        assertThat(ask(PATH, counting).cacheStatus()).isEqualTo("hone; fwd=uri-miss; stored; ttl=60");
        FakeExchange hit = ask(PATH, counting);
        assertThat(hit.body()).isEqualTo("#1");
        assertThat(hit.cacheStatus()).isEqualTo("hone; hit; ttl=60");
        CacheRuleWorth worth = adaptations.rules().get(0);
        assertThat(worth.hits()).isEqualTo(1);
        assertThat(worth.stored()).isEqualTo(1);
        assertThat(worth.bytes()).isPositive();
        store.clear();
        assertThat(adaptations.rules().get(0).bytes()).isZero();
    }

    @Test
    void staleWhileRevalidate_oneMakesIt_theOthersGetTheStaleOne() throws Exception {
        ask(PATH, counting);
        clock.advance(Duration.ofSeconds(89));
        CountDownLatch making = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Future<FakeExchange> first = other.submit(() -> ask(PATH, (request, response) -> {
                making.countDown();
                await(finish);
                counting.doFilter(request, response);
            }));
            await(making);
            FakeExchange meanwhile = ask(PATH, counting);
            assertThat(meanwhile.body()).isEqualTo("#1");
            assertThat(meanwhile.cacheStatus()).isEqualTo("hone; hit; ttl=-29");
            assertThat(asked).isEqualTo(1);
            finish.countDown();
            assertThat(first.get(60, TimeUnit.SECONDS).cacheStatus()).isEqualTo("hone; fwd=stale; stored; ttl=60");
            assertThat(ask(PATH, counting).body()).isEqualTo("#2");
        } finally {
            finish.countDown();
            other.shutdownNow();
        }
    }

    /** Over its seconds, nobody gets the stale one: whoever comes waits for the new one. */
    @Test
    void staleWhileRevalidate_tooOld_waits() throws Exception {
        ask(PATH, counting);
        clock.advance(Duration.ofSeconds(91));
        CountDownLatch making = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        ExecutorService others = Executors.newFixedThreadPool(2);
        try {
            Future<FakeExchange> first = others.submit(() -> ask(PATH, (request, response) -> {
                making.countDown();
                await(finish);
                counting.doFilter(request, response);
            }));
            await(making);
            Future<FakeExchange> second = others.submit(() -> ask(PATH, counting));
            finish.countDown();
            assertThat(first.get(60, TimeUnit.SECONDS).body()).isEqualTo("#2");
            assertThat(second.get(60, TimeUnit.SECONDS).body()).isEqualTo("#2");
        } finally {
            finish.countDown();
            others.shutdownNow();
        }
    }

    @Test
    void staleIfError_answerThatFailed_orThrew_isTheStaleOne_withinItsSeconds() throws Exception {
        ask(PATH, counting);
        clock.advance(Duration.ofSeconds(60 + 119));
        FakeExchange failed = ask(PATH, (request, response) -> ((HttpServletResponse) response).setStatus(503));
        assertThat(failed.status()).isEqualTo(200);
        assertThat(failed.body()).isEqualTo("#1");
        assertThat(failed.cacheStatus()).isEqualTo("hone; hit; ttl=-119");
        FakeExchange threw = ask(PATH, failing(new IOException("lost")));
        assertThat(threw.body()).isEqualTo("#1");

        clock.advance(Duration.ofSeconds(2));
        FakeExchange tooOld = ask(PATH, (request, response) -> ((HttpServletResponse) response).setStatus(503));
        assertThat(tooOld.status()).isEqualTo(503);
        assertThatThrownBy(() -> ask(PATH, failing(new IOException("lost")))).hasMessage("lost");
    }

    /** An answer that was meant is no failure. */
    @Test
    void staleIfError_refusal_isPassedOn() throws Exception {
        ask(PATH, counting);
        clock.advance(Duration.ofSeconds(61));
        FilterChain refusing = (request, response) -> {
            throw ProblemException.notFound("file", "a");
        };
        assertThatThrownBy(() -> ask(PATH, refusing)).isInstanceOf(ProblemException.class);
        FakeExchange gone = ask(PATH, (request, response) -> ((HttpServletResponse) response).setStatus(410));
        assertThat(gone.status()).isEqualTo(410);
    }

    @Test
    void staleIfError_outdatedByATag_isNotGiven() throws Exception {
        ask(PATH, counting);
        epochs.advance("rule:/files/*");
        FakeExchange failed = ask(PATH, (request, response) -> ((HttpServletResponse) response).setStatus(503));
        assertThat(failed.status()).isEqualTo(503);
    }

    @Test
    void callsToProviders_passUntouched() throws Exception {
        rules.set("[{'pattern': '/gateway/*', 'methods': ['POST'], 'cache_post': true, 'ttl_seconds': 60}]");
        assertThat(post("a").body()).isEqualTo("a#1");
        FakeExchange again = post("a");
        assertThat(again.body()).isEqualTo("a#2");
        assertThat(again.cacheStatus()).isNull();
    }

    /** Whatever breaks in the cache, requests are answered and the failure is counted. */
    @ParameterizedTest
    @ValueSource(strings = {"isLeftOut", "isDue", "group", "made"})
    void failureOfTheCache_costsNoAnswer(String where) throws Exception {
        build(new Adaptations(rules, settings, clock, () -> dice) {
            @Override
            boolean isLeftOut(CacheRule rule) {
                breakAt("isLeftOut");
                return super.isLeftOut(rule);
            }

            @Override
            boolean isDue(StoredAnswer held, long nowMs) {
                breakAt("isDue");
                return super.isDue(held, nowMs);
            }

            @Override
            AnswerGroup group(CacheRule rule, String template) {
                breakAt("group");
                return super.group(rule, template);
            }

            @Override
            void made(AnswerGroup group, String key, StoredAnswer answer, long rulesMs) {
                breakAt("made");
                super.made(group, key, answer, rulesMs);
            }

            private void breakAt(String here) {
                if (here.equals(where)) {
                    throw new IllegalStateException("broken on purpose");
                }
            }
        });
        assertThat(ask(PATH, counting).body()).isEqualTo("#1");
        FakeExchange second = ask(PATH, counting);
        assertThat(second.status()).isEqualTo(200);
        assertThat(second.body()).startsWith("#");
        assertThat(store.statistics().cacheErrors()).isPositive();
    }

    @Test
    void early_isMadeAnewBeforeItsEnd_byWhoeverAsks() throws Exception {
        ask(PATH, slowly(counting));
        clock.advance(Duration.ofMillis(59_999));
        assertThat(ask(PATH, counting).cacheStatus()).isEqualTo("hone; hit; ttl=0");
        dice = Double.MIN_VALUE;
        FakeExchange only = FakeExchange.get(PATH, "Cache-Control", "only-if-cached");
        filter.doFilter(only.request, only.response, counting);
        assertThat(only.body()).isEqualTo("#1");
        FakeExchange early = ask(PATH, counting);
        assertThat(early.cacheStatus()).isEqualTo("hone; fwd=stale; detail=ahead; stored; ttl=60");
        assertThat(early.body()).isEqualTo("#2");
        dice = 1;
        assertThat(ask(PATH, counting).body()).isEqualTo("#2");
        assertThat(adaptations.rules().get(0).groups().get(0).refreshedAhead()).isEqualTo(1);
        assertThat(store.asCache().refreshes()).isEqualTo(1);
    }

    /** One at a time: whoever comes meanwhile is answered from what is held. */
    @Test
    void early_whileAnotherMakesIt_isAHit() throws Exception {
        ask(PATH, slowly(counting));
        clock.advance(Duration.ofMillis(59_999));
        dice = Double.MIN_VALUE;
        FakeExchange[] inner = new FakeExchange[1];
        ask(PATH, (request, response) -> {
            inner[0] = ask(PATH, counting);
            counting.doFilter(request, response);
        });
        assertThat(inner[0].cacheStatus()).isEqualTo("hone; hit; ttl=0");
        assertThat(inner[0].body()).isEqualTo("#1");
    }

    @Test
    void early_thatFails_isAHit_andARefusalIsNot() throws Exception {
        ask(PATH, slowly(counting));
        clock.advance(Duration.ofMillis(59_999));
        dice = Double.MIN_VALUE;
        FakeExchange failed = ask(PATH, failing(new IOException("lost")));
        assertThat(failed.body()).isEqualTo("#1");
        assertThat(failed.cacheStatus()).isEqualTo("hone; hit; ttl=0");
        assertThatThrownBy(() -> ask(PATH, (request, response) -> {
                    throw new ProblemException(ProblemType.FORBIDDEN, "Not any more");
                }))
                .hasMessageContaining("Not any more");
    }

    /** Its last part comes with the end of the writer, when the rest seemed to be held whole. */
    @Test
    void largerThanIsKept_byAWriter_isPassedOnOnce() throws Exception {
        settings.store(SettingsCatalogue.RESPONSE_LARGEST, "1024");
        FakeExchange large =
                ask(PATH, (request, response) -> response.getWriter().print("x".repeat(1_025)));
        assertThat(large.body()).isEqualTo("x".repeat(1_025));
        assertThat(large.cacheStatus()).isEqualTo("hone; fwd=uri-miss");
        assertThat(store.statistics().entries()).isZero();
        FakeExchange fits =
                ask(PATH, (request, response) -> response.getWriter().print("y".repeat(1_024)));
        assertThat(fits.body()).isEqualTo("y".repeat(1_024));
        assertThat(fits.cacheStatus()).contains("stored");
    }

    @Test
    void ruleThatIsNotWorthIt_keepsNothing() throws Exception {
        for (int period = 0; period < 2; period++) {
            for (int i = 0; i < RuleWorth.FEW; i++) {
                ask(PATH + period + "-" + i, counting);
            }
            clock.advance(Adaptations.PERIOD);
            ask(PATH + period, counting);
        }
        assertThat(ask(PATH, counting).cacheStatus()).isEqualTo("hone; fwd=bypass");
        clock.advance(RuleWorth.FIRST_PAUSE);
        assertThat(ask(PATH, counting).cacheStatus()).contains("stored");
    }

    @Test
    void hit_onManagement_takesItsLimitToo() throws Exception {
        settings.store(SettingsCatalogue.LIMIT_MANAGEMENT, "10");
        rules.set("[{'pattern': '/api/v1/**', 'ttl_seconds': 60}]");
        FilterChain managing = (request, response) -> {
            request.setAttribute(Refusals.class.getName() + ".management", true);
            counting.doFilter(request, response);
        };
        ask("/api/v1/managed", managing);
        for (int i = 0; i < 10; i++) {
            assertThat(ask("/api/v1/managed", managing).body()).isEqualTo("#1");
        }
        assertThatThrownBy(() -> ask("/api/v1/managed", managing))
                .isInstanceOfSatisfying(ProblemException.class, problem -> assertThat(problem.type())
                        .isEqualTo(ProblemType.TOO_MANY_REQUESTS));
        ask("/api/v1/other", counting);
        for (int i = 0; i < 20; i++) {
            assertThat(ask("/api/v1/other", counting).cacheStatus()).contains("hit");
        }
    }

    private FakeExchange ask(String path, FilterChain chain) throws IOException, ServletException {
        FakeExchange exchange = FakeExchange.get(path);
        filter.doFilter(exchange.request, exchange.response, chain);
        return exchange;
    }

    private FakeExchange post(String body) throws IOException, ServletException {
        FakeExchange exchange = new FakeExchange("POST", "/gateway/complete", null, body);
        filter.doFilter(exchange.request, exchange.response, counting);
        return exchange;
    }

    private static FilterChain failing(IOException failure) {
        return (request, response) -> {
            throw failure;
        };
    }

    /** Takes a millisecond at least, so that its making is worth something. */
    private static FilterChain slowly(FilterChain chain) {
        return (request, response) -> {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1);
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            chain.doFilter(request, response);
        };
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
