package io.hone.dashboard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.hone.cache.CacheCatalogue;
import io.hone.configuration.StoredSettings;
import io.hone.criteria.CriteriaBody;
import io.hone.criteria.CriteriaSets;
import io.hone.criteria.Operator;
import io.hone.criteria.Technique;
import io.hone.database.Database;
import io.hone.http.Caller;
import io.hone.http.Json;
import io.hone.metrics.Latencies.Summary;
import io.hone.sessions.NewSession;
import io.hone.sessions.Sessions;
import io.hone.settings.SettingsCatalogue;
import jakarta.enterprise.inject.spi.CDI;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.cache.Cache;
import javax.cache.CacheManager;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** What only the container shows: its interceptors on our beans, its data grid behind them, its events between them. */
@ArquillianTest
class CachedStatisticsIT {

    private static final Pattern ACCESS_MAPPING = Pattern.compile(
            "<filter-mapping>\\s*<filter-name>access</filter-name>.*?</filter-mapping>", Pattern.DOTALL);

    /** The WAR as it is shipped, with this class in it, but for the filter that would ask Arquillian for a key. */
    @Deployment
    static WebArchive war() throws IOException {
        WebArchive war = ShrinkWrap.create(ZipImporter.class, "ROOT.war")
                .importFrom(new File(System.getProperty("hone.war", "target/hone.war")))
                .as(WebArchive.class)
                .addClasses(CachedStatisticsIT.class, Annotated.class);
        String all;
        try (InputStream in = war.get("WEB-INF/web.xml").getAsset().openStream()) {
            all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        String open = ACCESS_MAPPING.matcher(all).replaceFirst("");
        assertNotEquals(all, open);
        return war.setWebXML(new StringAsset(open));
    }

    @Test
    void statistics_areInTheDataGridToo() {
        bean(DashboardStatistics.class).encoded(Window.DAY, "in the grid");

        Cache<String, byte[]> grid =
                bean(CacheManager.class).getCache(CacheCatalogue.DASHBOARD_STATS, String.class, byte[].class);
        byte[] stored = null;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (stored == null && System.nanoTime() < end) {
            // Writes to the grid are not waited for, but here.
            stored = grid.get("hone:dashboard.stats:DAY:in%20the%20grid");
        }
        assertTrue(stored.length > 100, stored.length + " bytes");
    }

    @Test
    void methodWithCacheResult_runsOnce_andKeepsWhatItFoundNot() {
        Annotated bean = bean(Annotated.class);
        assertEquals("a1", bean.find("a", 7));
        assertEquals("a1", bean.find("a", 8));
        assertNull(bean.nothing("b"));
        assertNull(bean.nothing("b"));
        assertEquals(2, bean.calls());
    }

    @Test
    void methodsThatPutAndRemove_reachTheSameCache() {
        Annotated bean = bean(Annotated.class);
        bean.put("c", "put");
        assertEquals("put", bean.find("c", 0));
        assertThrows(IllegalStateException.class, () -> bean.failToRemove("c"));
        assertEquals("put", bean.find("c", 0));
        bean.remove("c");
        assertNotEquals("put", bean.find("c", 0));
        bean.put("c", "again");
        bean.removeAll();
        assertNotEquals("again", bean.find("c", 0));
    }

    @Test
    void methodThatThrows_isAskedAgain_andThrowsWhatItThrew() {
        Annotated bean = bean(Annotated.class);
        assertThrows(IOException.class, () -> bean.fail("d"));
        assertThrows(IOException.class, () -> bean.fail("d"));
    }

    @Test
    void coalescedMethod_runsOnceForAllWhoAskTogether() throws Exception {
        Annotated bean = bean(Annotated.class);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                answers.add(threads.submit(() -> bean.together("e")));
            }
            bean.awaitWaiting(7);
            bean.letGo();
            for (Future<Integer> answer : answers) {
                assertEquals(1, answer.get(30, TimeUnit.SECONDS));
            }
            assertEquals(2, bean.together("e"));
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void statistics_askedTwice_areMadeOnce() {
        EncodedAnswer first = bean(DashboardStatistics.class).encoded(Window.DAY, "asked-twice");
        long reads = reads("session_count.read");
        EncodedAnswer second = bean(DashboardStatistics.class).encoded(Window.DAY, "asked-twice");
        assertEquals(reads, reads("session_count.read"));
        assertArrayEquals(first.identity(), second.identity());
    }

    @Test
    void statistics_notCached_takeTwoStatements() {
        long counts = reads("session_count.read");
        long all = bean(Database.class).statements().stream()
                .mapToLong(Summary::count)
                .sum();
        bean(DashboardStatistics.class).encoded(Window.WEEK, "two-statements");
        assertEquals(counts + 1, reads("session_count.read"));
        // Two, beside what the server does by the clock meanwhile.
        long meanwhile = bean(Database.class).statements().stream()
                        .mapToLong(Summary::count)
                        .sum()
                - all;
        assertTrue(meanwhile >= 2 && meanwhile <= 3, meanwhile + " statements");
    }

    @Test
    void statistics_afterASessionWasCreated_showIt() throws Exception {
        long before = total();
        bean(Sessions.class).create(new Caller("tester", "request-1"), session("seen at once"), null);
        assertEquals(before + 1, total());
    }

    @Test
    void criteria_readAfterWrite_areNeverTheOldOnes() {
        for (int version = 1; version <= 200; version++) {
            bean(CriteriaSets.class).put(new Caller("tester", "request-2"), "read-after-write", body(version), null);
            double bound = bean(CriteriaSets.class)
                    .newest("read-after-write")
                    .orElseThrow()
                    .criteria()
                    .criteria()
                    .get(0)
                    .value();
            assertEquals(version, bound);
        }
        long reads = reads("criteria.find");
        bean(CriteriaSets.class).newest("read-after-write");
        assertEquals(reads, reads("criteria.find"));
    }

    @Test
    void settings_readAfterWrite_areNeverTheOldOnes() {
        Caller caller = new Caller("tester", "request-3");
        for (long value = 1_001; value <= 1_100; value++) {
            bean(StoredSettings.class).put(caller, SettingsCatalogue.SLOW_REQUEST.key(), value);
            assertEquals(
                    value,
                    bean(StoredSettings.class)
                            .find(SettingsCatalogue.SLOW_REQUEST.key())
                            .value());
        }
        bean(StoredSettings.class).remove(caller, SettingsCatalogue.SLOW_REQUEST.key());
        assertEquals(
                1_000L,
                bean(StoredSettings.class)
                        .find(SettingsCatalogue.SLOW_REQUEST.key())
                        .value());
    }

    /** Arquillian's own injection looks beans up by JNDI, for which Payara Micro has no client. */
    private static <T> T bean(Class<T> type) {
        return CDI.current().select(type).get();
    }

    private long total() throws Exception {
        EncodedAnswer answer = bean(DashboardStatistics.class).encoded(Window.DAY, "");
        JsonNode json = Json.MAPPER.readTree(answer.identity());
        return json.at("/sessions/total").asLong();
    }

    private long reads(String statement) {
        return bean(Database.class).statements().stream()
                .filter(summary -> summary.name().equals(statement))
                .mapToLong(Summary::count)
                .sum();
    }

    private static NewSession session(String name) {
        return new NewSession(
                null, name, null, "resnet", Technique.PRUNING, null, null, null, null, Map.of(), Map.of(), null);
    }

    private static CriteriaBody body(double bound) {
        return new CriteriaBody(
                null,
                null,
                null,
                List.of(new CriteriaBody.Item("accuracy", Operator.AT_LEAST, bound, null, null, null)));
    }
}
