package io.hone.criteria;

import static io.hone.criteria.CriteriaFixture.body;
import static io.hone.criteria.CriteriaFixture.item;
import static org.assertj.core.api.Assertions.assertThat;

import io.hone.audit.StoreContract;
import io.hone.cache.CacheCatalogue;
import io.hone.cache.CacheKey;
import io.hone.cache.Caches;
import io.hone.cache.TestCaches;
import io.hone.cache.TieredCache;
import io.hone.database.Database;
import io.hone.database.TestDatabases;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** That no reader sees what is older than an acknowledged write, even if loads are held up before they are stored. */
class CriteriaCacheTest extends StoreContract {

    private static final long PATIENCE_SECONDS = 30;

    /** Cached as the annotation asks for. */
    private final class CachingRepository extends CriteriaRepository {

        private final TieredCache<List<StoredCriteria>> cache = caches.open(CacheCatalogue.CONFIGURATION);
        private final AtomicInteger loads = new AtomicInteger();
        private volatile CountDownLatch loaded = new CountDownLatch(0);
        private volatile CountDownLatch mayStore = new CountDownLatch(0);

        CachingRepository() {
            super(database);
        }

        @Override
        List<StoredCriteria> find(String name, int version) {
            return cache.get(CacheKey.of(name, version), () -> {
                List<StoredCriteria> found = super.find(name, version);
                loads.incrementAndGet();
                CountDownLatch store = mayStore;
                loaded.countDown();
                await(store);
                return found;
            });
        }

        /** From now on, what was loaded is stored only once the returned latch is open. */
        CountDownLatch holdUp() {
            loaded = new CountDownLatch(1);
            mayStore = new CountDownLatch(1);
            return mayStore;
        }

        /** Later loads are not held up. */
        void letOn() {
            mayStore = new CountDownLatch(0);
        }
    }

    private final ExecutorService readers = Executors.newCachedThreadPool();
    private Caches caches;
    private CachingRepository repository;
    private CriteriaSets criteria;

    @Override
    protected Database open(Path folder) {
        return TestDatabases.sqlite(folder);
    }

    @BeforeEach
    void build() {
        caches = TestCaches.onHeap(clock);
        repository = new CachingRepository();
        criteria = CriteriaFixture.criteriaSets(repository, caches, database, settings, events, clock);
        criteria.create(ADA, body("edge", item("m", ">", 1)), null);
    }

    @AfterEach
    void stopReaders() {
        CountDownLatch latch = repository.mayStore;
        latch.countDown();
    }

    @Test
    void newest_readTwice_isCached() {
        assertThat(version()).isEqualTo(1);
        int before = repository.loads.get();

        assertThat(version()).isEqualTo(1);
        assertThat(repository.loads).hasValue(before);
    }

    @Test
    void newest_loadedBeforeAWriteAndStoredAfterIt_isNotSeenAgain() throws Exception {
        CountDownLatch mayStore = repository.holdUp();
        Future<Integer> slowReader = readers.submit(this::version);
        await(repository.loaded);

        criteria.put(ADA, "edge", body(null, item("m", ">", 2)), null);
        repository.letOn();
        assertThat(version()).isEqualTo(2);
        mayStore.countDown();

        assertThat(slowReader.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(version()).isEqualTo(2);
    }

    @Test
    void newest_absenceLoadedBeforeACreate_isNotSeenAgain() throws Exception {
        CountDownLatch mayStore = repository.holdUp();
        Future<Boolean> slowReader =
                readers.submit(() -> criteria.newest("late").isPresent());
        await(repository.loaded);

        criteria.create(ADA, body("late", item("m", ">", 2)), null);
        repository.letOn();
        mayStore.countDown();

        assertThat(slowReader.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isFalse();
        assertThat(criteria.newest("late")).isPresent();
    }

    @Test
    void newest_afterDelete_isGone() {
        assertThat(version()).isEqualTo(1);

        criteria.delete(ADA, "edge", null);

        assertThat(criteria.newest("edge")).isEmpty();
    }

    @Test
    void newest_readersWhileAWriterWrites_neverSeeLessThanWhatWasAcknowledged() throws Exception {
        int writes = 60;
        AtomicInteger acknowledged = new AtomicInteger(1);
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Void>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(readers.submit(() -> {
                await(start);
                int atLeast;
                do {
                    atLeast = acknowledged.get();
                    assertThat(version()).isGreaterThanOrEqualTo(atLeast);
                } while (atLeast < writes);
                return null;
            }));
        }
        start.countDown();
        for (int i = 2; i <= writes; i++) {
            criteria.put(ADA, "edge", body(null, item("m", ">", i)), null);
            acknowledged.set(i);
        }
        for (Future<Void> reader : all) {
            reader.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    private int version() {
        return criteria.newest("edge").orElseThrow().criteria().version();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
