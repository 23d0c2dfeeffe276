package io.hone.configuration;

import static io.hone.audit.Refusals.assertInvalid;
import static io.hone.audit.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hone.audit.Audit;
import io.hone.audit.StoreContract;
import io.hone.cache.CacheCatalogue;
import io.hone.cache.CacheKey;
import io.hone.cache.Caches;
import io.hone.cache.TestCaches;
import io.hone.cache.TieredCache;
import io.hone.database.TestDatabases;
import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import io.hone.settings.InvalidSettingException;
import io.hone.settings.Setting;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

abstract class StoredSettingsContract extends StoreContract {

    private static final String SLOW = SettingsCatalogue.SLOW_REQUEST.key();

    private Caches caches;
    private Audit audit;
    private StoredSettings stored;

    @BeforeEach
    void build() {
        caches = TestCaches.onHeap(clock);
        audit = new Audit(database, clock);
        stored = stored(settings);
    }

    @Test
    void list_hasEverySettingInTheOrderOfTheCatalogue() {
        assertThat(stored.list())
                .extracting(SettingView::key)
                .containsExactlyElementsOf(
                        SettingsCatalogue.ALL.stream().map(Setting::key).toList());
        assertThat(stored.list()).allSatisfy(view -> {
            assertThat(view.source()).isEqualTo("default");
            assertThat(view.value()).isEqualTo(view.defaultValue());
        });
    }

    @Test
    void find_neverShowsASecret() {
        Settings secret = TestDatabases.settings(Map.of(SettingsCatalogue.DATABASE_PASSWORD, "hunter2 and a half"));

        SettingView view = stored(secret).find("hone.database.password");

        assertThat(view.value()).isNull();
        assertThat(view.defaultValue()).isNull();
        assertThat(view.source()).isEqualTo("file");
    }

    @Test
    void put_value_holdsAtOnceAndIsToldAndAudited() {
        TieredCache<String> cache = caches.open(CacheCatalogue.CONFIGURATION);
        CacheKey key = CacheKey.of("settings");
        cache.get(key, () -> "before");

        SettingView view = stored.put(ADA, SLOW, 250);

        assertThat(view.value()).isEqualTo(250L);
        assertThat(view.source()).isEqualTo("stored");
        assertThat(stored.find(SLOW)).isEqualTo(view);
        assertThat(settings.get(SettingsCatalogue.SLOW_REQUEST)).isEqualTo(250L);
        assertThat(told).containsExactly(new SettingChanged(SLOW));
        assertThat(cache.get(key, () -> "after")).isEqualTo("after");
        assertThat(audit.list(Audit.Filter.of("setting", SLOW), true, null, 10).items())
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.action()).isEqualTo("setting.changed");
                    assertThat(entry.actor()).isEqualTo("ada");
                    assertThat(entry.detail()).isEqualTo(Map.of("old", 1_000, "new", "250"));
                });
    }

    @Test
    void put_again_replaces() {
        stored.put(ADA, SLOW, 250);
        stored.put(ADA, SLOW, 300);

        assertThat(stored.find(SLOW).value()).isEqualTo(300L);
    }

    @Test
    void load_afterRestart_bringsStoredValuesBack() {
        stored.put(ADA, SLOW, 250);
        stored.put(ADA, "hone.log.format", "json");
        stored.put(ADA, "hone.log.requests", false);
        Settings restarted = TestDatabases.settings(Map.of(SettingsCatalogue.SLOW_REQUEST, "700"));

        stored(restarted).load();

        assertThat(restarted.get(SettingsCatalogue.SLOW_REQUEST)).isEqualTo(250L);
        assertThat(restarted.get(SettingsCatalogue.LOG_FORMAT)).isEqualTo("json");
        assertThat(restarted.get(SettingsCatalogue.LOG_REQUESTS)).isFalse();
    }

    @Test
    void load_keyOfAnotherVersion_isLeftAlone() {
        store("hone.from-the-future", "1");

        stored.load();

        assertThat(stored.list()).extracting(SettingView::source).containsOnly("default");
    }

    @Test
    void load_valueThatIsNotAllowedAnyMore_isRefused() {
        store(SLOW, "0");

        assertThatThrownBy(stored::load)
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining(SLOW)
                .hasMessageContaining("from 1 to 600000 ms");
    }

    @Test
    void remove_stored_fallsBackToWhatTheProcessWasStartedWith() {
        Settings fromFile = TestDatabases.settings(Map.of(SettingsCatalogue.SLOW_REQUEST, "700"));
        StoredSettings overFile = stored(fromFile);
        overFile.put(ADA, SLOW, 250);

        SettingView view = overFile.remove(BOB, SLOW);

        assertThat(view.value()).isEqualTo(700L);
        assertThat(view.source()).isEqualTo("file");
        assertThat(fromFile.get(SettingsCatalogue.SLOW_REQUEST)).isEqualTo(700L);
        assertThat(audit.list(Audit.Filter.of("setting", SLOW), false, null, 10)
                        .items()
                        .get(0)
                        .action())
                .isEqualTo("setting.reset");
        assertThat(told(SettingChanged.class)).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "600001", "-1", "1.5", "many", "", "1e3", "99999999999999999999", "NaN"})
    void put_outOfRange_isRefusedNamingTheRange(String value) {
        ProblemException problem = assertRefused(ProblemType.VALIDATION, () -> stored.put(ADA, SLOW, value));

        assertThat(problem.errors()).singleElement().satisfies(error -> {
            assertThat(error.pointer()).isEqualTo("/value");
            assertThat(error.detail()).contains("a whole number from 1 to 600000 ms");
        });
        assertThat(settings.get(SettingsCatalogue.SLOW_REQUEST)).isEqualTo(1_000L);
        assertThat(stored.find(SLOW).source()).isEqualTo("default");
        assertThat(told).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "600000, 600000", "' 42 ', 42"})
    void put_atTheBounds_isTaken(String value, long taken) {
        assertThat(stored.put(ADA, SLOW, value).value()).isEqualTo(taken);
    }

    @Test
    void put_wrongChoiceOrFlag_namesWhatIsAllowed() {
        assertThat(assertRefused(ProblemType.VALIDATION, () -> stored.put(ADA, "hone.log.format", "xml"))
                        .detail())
                .contains("one of plain, json");
        assertThat(assertRefused(ProblemType.VALIDATION, () -> stored.put(ADA, "hone.log.requests", "yes"))
                        .detail())
                .contains("true or false");
    }

    @Test
    void put_unknownKey_namesTheNearest() {
        ProblemException problem =
                assertRefused(ProblemType.VALIDATION, () -> stored.put(ADA, "hone.slow-reqest-ms", 5));

        assertThat(problem.detail()).contains("the nearest is " + SLOW);
        assertThat(assertRefused(ProblemType.NOT_FOUND, () -> stored.find("hone.slow-reqest-ms"))
                        .detail())
                .contains(SLOW);
        assertRefused(ProblemType.NOT_FOUND, () -> stored.remove(ADA, "'; DROP TABLE setting; --"));
    }

    @Test
    void put_fixedAtStart_isRefusedNamingWhereToSetIt() {
        ProblemException problem = assertRefused(ProblemType.VALIDATION, () -> stored.put(ADA, "hone.port", 9_000));

        assertThat(problem.detail()).contains("hone.properties", "HONE_PORT");
        assertInvalid(() -> stored.remove(ADA, "hone.port"), "/key");
        assertThat(stored.find("hone.port").editable()).isFalse();
        assertThat(stored.find("hone.port").restart()).isTrue();
    }

    @Test
    void put_bySeveralAtOnce_leavesInForceWhatIsStored() throws Exception {
        int threads = 4;
        CyclicBarrier start = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            for (int round = 0; round < 50; round++) {
                List<Future<SettingView>> puts = new java.util.ArrayList<>();
                for (int i = 1; i <= threads; i++) {
                    int value = i;
                    puts.add(pool.submit(() -> {
                        start.await();
                        return stored.put(ADA, SLOW, value);
                    }));
                }
                for (Future<SettingView> put : puts) {
                    put.get();
                }
                assertThat(settings.get(SettingsCatalogue.SLOW_REQUEST))
                        .as("in force, against stored, in round " + round)
                        .isEqualTo(stored.find(SLOW).value());
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private StoredSettings stored(Settings ofProcess) {
        return new StoredSettings(ofProcess, new SettingRepository(database, clock), database, audit, caches, events);
    }

    private void store(String key, String value) {
        database.write(transaction -> {
            new SettingRepository(database, clock).put(transaction, key, value, "ada");
            return 0;
        });
    }
}
