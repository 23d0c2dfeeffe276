package io.hone.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hone.audit.SettableClock;
import io.hone.cache.CacheResource.Backend;
import io.hone.cache.CacheResource.Health;
import io.hone.cache.CacheResource.Status;
import io.hone.cache.CacheStatistics;
import io.hone.cache.CacheStatistics.Coalescing;
import io.hone.cache.CacheStatistics.Latency;
import io.hone.cache.CacheStatistics.Tier;
import io.hone.cache.CacheStatistics.Verification;
import io.hone.http.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CacheNewsTest {

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private CacheNews.State now = state(0);
    private final CacheNews news = new CacheNews(() -> now, new SettableClock(NOON));

    @Test
    void next_first_tellsOfEveryCache() {
        assertThat(names(news.next())).containsExactly("busy", "idle");
    }

    @Test
    void next_nothingHappened_isNothing() {
        news.next();

        assertThat(news.next()).isNull();
    }

    @Test
    void next_onlyTimeWentOn_isNothing() {
        now = new CacheNews.State(List.of(statistics("busy", 3, 10)), status("connected"), health("healthy"), 0);
        news.next();

        now = new CacheNews.State(List.of(statistics("busy", 3, 12)), status("connected"), health("healthy"), 0);
        assertThat(news.next()).isNull();
    }

    @Test
    void next_oneDidSomething_tellsOfIt_withTheSumOfAll() throws Exception {
        news.next();
        now = state(4);

        JsonNode told = Json.MAPPER.readTree(Json.write(news.next()));

        assertThat(told.get("caches")).hasSize(1);
        assertThat(told.at("/caches/0/name").asText()).isEqualTo("busy");
        assertThat(told.at("/caches/0/requests").asLong()).isEqualTo(4);
        assertThat(told.at("/caches/0/uptime_seconds").asDouble()).isEqualTo(4);
        assertThat(told.at("/overall/requests").asLong()).isEqualTo(5);
        assertThat(told.at("/overall/hits").asLong()).isEqualTo(4);
        assertThat(told.get("generated_at").asText()).isEqualTo("2026-11-20T12:00:00.000Z");
        assertThat(told.get("uptime_seconds").asDouble()).isEqualTo(4);
        assertThat(news.next()).isNull();
    }

    @Test
    void next_onlyTheGridIsLost_tellsIt() throws Exception {
        news.next();
        now = new CacheNews.State(now.caches(), status("degraded"), health("warning"), 0);

        JsonNode told = Json.MAPPER.readTree(Json.write(news.next()));

        assertThat(told.get("caches")).isEmpty();
        assertThat(told.at("/status/backends/0/state").asText()).isEqualTo("degraded");
        assertThat(told.at("/health/status").asText()).isEqualTo("warning");
        assertThat(news.next()).isNull();
    }

    @Test
    void next_onlySmartModeChangedSomething_tellsIt() throws Exception {
        news.next();
        now = new CacheNews.State(now.caches(), now.status(), now.health(), 1);

        JsonNode told = Json.MAPPER.readTree(Json.write(news.next()));

        assertThat(told.get("caches")).isEmpty();
        assertThat(told.get("adaptations").asLong()).isEqualTo(1);
        assertThat(news.next()).isNull();
    }

    @Test
    void tellAll_tellsOfEveryCacheOnceMore() {
        news.next();

        news.tellAll();

        assertThat(names(news.next())).containsExactly("busy", "idle");
        assertThat(news.next()).isNull();
    }

    /** Two caches, one of them read so often. */
    static CacheNews.State state(long reads) {
        return new CacheNews.State(
                List.of(statistics("busy", reads, reads), statistics("idle", 1, 0)),
                status("connected"),
                health("healthy"),
                0);
    }

    private static Status status(String state) {
        return new Status("l1+l2", List.of(new Backend("l2", "hazelcast", state, null)), List.of("l1", "l2", "source"));
    }

    private static Health health(String status) {
        return new Health(status, List.of(), List.of(new Health.CacheState("busy", status, List.of())));
    }

    private static CacheStatistics statistics(String name, long reads, double uptimeSeconds) {
        long hits = Math.max(0, reads - 1) + (name.equals("idle") ? 1 : 0);
        Tier heap = new Tier(
                hits,
                reads - hits,
                0,
                1,
                Map.of("size", 0L, "expired", 0L),
                0,
                0,
                null,
                new Latency(0, 0, 0),
                1L,
                100L,
                null);
        return new CacheStatistics(
                name,
                reads,
                hits,
                reads - hits,
                null,
                Map.of("l1", heap),
                new Latency(0, 0, 0),
                null,
                0,
                "0",
                new Coalescing(0, 0, 0, null),
                new Verification(0, 0, null, null, null, null, null, null),
                0,
                0,
                0,
                uptimeSeconds);
    }

    private static List<String> names(Map<String, Object> data) {
        return ((List<?>) data.get("caches"))
                .stream().map(cache -> ((CacheStatistics) cache).name()).toList();
    }
}
