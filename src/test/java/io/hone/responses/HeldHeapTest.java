package io.hone.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.hone.auth.RateLimits;
import io.hone.auth.Refusals;
import io.hone.cache.Epochs;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.servlet.FilterChain;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What answers weigh is what the heap says: filled through the filter, with everything that real requests bring. */
class HeldHeapTest {

    private static final int WITHIN_PERCENT = 10;

    /** Collections until the heap is told to be the same twice; more would mean that something else fills it. */
    private static final int MOST_COLLECTIONS = 20;

    private static final long SAME_BYTES = 32_768;

    /** Bodies of the sizes of records, lists and files; each with compressed forms where they are asked for. */
    @ParameterizedTest
    @CsvSource({"100, 600", "1000, 4000", "200, 40000"})
    void bound_isTheHeapThatIsTaken(int least, int most) throws Exception {
        Settings settings = Settings.defaults();
        long bound = settings.get(SettingsCatalogue.RESPONSE_BYTES);
        Clock clock = Clock.systemUTC();
        Epochs epochs = new Epochs();
        TestRules rules = new TestRules()
                .set("[{'pattern': '/api/v1/**', 'ttl_seconds': 3600, 'vary_headers': ['Accept-Language']}]");
        Adaptations adaptations = new Adaptations(rules, settings, clock);
        Flights flights = new Flights();
        ResponseStore store = TestStores.of(settings, epochs, clock, flights, adaptations);
        ResponseCacheFilter filter = new ResponseCacheFilter(
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
        Random random = new Random(7);
        FilterChain chain = (request, response) -> {
            HttpServletResponse answering = (HttpServletResponse) response;
            // As over a network: no two answers share a string.
            answering.setContentType("application/json;v=" + random.nextInt(10));
            answering.setHeader("ETag", "\"v" + random.nextInt(1_000_000) + '"');
            answering.setHeader("X-Total-Count", Integer.toString(random.nextInt(1_000_000)));
            byte[] body = new byte[least + random.nextInt(most - least)];
            random.nextBytes(body);
            answering.getOutputStream().write(body);
        };
        long asked = 0;
        for (; asked < 2_000 || store.asCache().tiers().get("l1").evictions().get("size") < 500; asked++) {
            String path = "/api/v1/sessions/" + new UUID(random.nextLong(), random.nextLong());
            FakeExchange exchange = FakeExchange.get(
                    path,
                    "Accept-Language",
                    "de, en;q=0." + asked % 10,
                    "Accept-Encoding",
                    asked % 2 == 0 ? "gzip" : "br");
            filter.doFilter(exchange.request, exchange.response, chain);
        }
        long told = store.statistics().cacheSizeBytes();
        long full = used();
        long cleared = store.clear();
        long empty = used();

        assertThat(cleared).isGreaterThan(1_000);
        assertThat(told).isBetween(bound * 95 / 100, bound);
        assertThat(full - empty).isCloseTo(told, withinPercentage(WITHIN_PERCENT));
        assertThat(full - empty).isLessThan(bound * (100 + WITHIN_PERCENT) / 100);
        assertThat(store.statistics().entries()).isZero();
    }

    /** Bytes of live objects. */
    private static long used() {
        long before = Long.MAX_VALUE;
        for (int i = 0; i < MOST_COLLECTIONS; i++) {
            System.gc();
            long now = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
            if (Math.abs(before - now) < SAME_BYTES) {
                return now;
            }
            before = now;
        }
        throw new IllegalStateException("The heap does not come to rest");
    }
}
