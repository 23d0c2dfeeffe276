package io.hone.criteria;

import static io.hone.criteria.CriteriaFixture.body;
import static io.hone.criteria.CriteriaFixture.item;
import static org.assertj.core.api.Assertions.assertThat;

import io.hone.audit.StoreContract;
import io.hone.database.Database;
import io.hone.database.TestDatabases;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What epochs promise, over a cache that does what {@code @CacheResult} does and may be held up before it stores. */
class CriteriaCacheTest extends StoreContract {

    private static final long PATIENCE_SECONDS = 30;

    /** Stores by all of a call's parameters; never forgets. */
    private final class CachingRepository extends CriteriaRepository {

        private final Map<List<Object>, List<StoredCriteria>> cache = new ConcurrentHashMap<>();
        private volatile CountDownLatch loaded = new CountDownLatch(0);
        private volatile CountDownLatch mayStore = new CountDownLatch(0);

        CachingRepository() {
            super(database);
        }

        @Override
        List<StoredCriteria> find(String name, int version, long epoch) {
            List<Object> key = List.of(name, version, epoch);
            List<StoredCriteria> cached = cache.get(key);
            if (cached != null) {
                return cached;
            }
            List<StoredCriteria> found = super.find(name, version, epoch);
            loaded.countDown();
            await(mayStore);
            cache.put(key, found);
            return found;
        }

        /** From now on, what was loaded is stored only once the returned latch is open. */
        CountDownLatch holdUp() {
            loaded = new CountDownLatch(1);
            mayStore = new CountDownLatch(1);
            return mayStore;
        }
    }

    private final ExecutorService readers = Executors.newCachedThreadPool();
    private CachingRepository repository;
    private CriteriaSets criteria;

    @Override
    protected Database open(Path folder) {
        return TestDatabases.sqlite(folder);
    }

    @BeforeEach
    void build() {
        repository = new CachingRepository();
        criteria = CriteriaFixture.criteriaSets(repository, database, settings, events, clock);
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
        int before = repository.cache.size();

        assertThat(version()).isEqualTo(1);
        assertThat(repository.cache).hasSize(before);
    }

    @Test
    void newest_loadedBeforeAWriteAndStoredAfterIt_isNotSeenAgain() throws Exception {
        CountDownLatch mayStore = repository.holdUp();
        Future<Integer> slowReader = readers.submit(this::version);
        await(repository.loaded);

        criteria.put(ADA, "edge", body(null, item("m", ">", 2)), null);
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
