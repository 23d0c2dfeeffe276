package io.hone.cache;

import io.hone.cache.HotKeys.HotKey;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the keys that were asked most before anybody asks for them: those of the last run when the server starts, and
 * those of this one when somebody wants it. One key at a time, so that what is asked now comes first. Sensitive caches
 * are left out, since their keys are not to be stored. Thread-safe.
 */
@Singleton
public class Warming {

    private static final Logger LOG = LoggerFactory.getLogger(Warming.class);

    /** Loads what a key leads to, where that can be told from the key alone. */
    interface Loads {

        /**
         * Loads a value and has it kept.
         *
         * @return false where nothing is known that makes values of such keys
         * @throws Exception what loading throws
         */
        boolean load(TieredCache<?> cache, HotKey key) throws Exception;
    }

    private final Caches caches;
    private final CacheEntryRepository repository;
    private final Loads loads;
    private final Settings settings;
    private final Codec codec;
    private final ExecutorService executor = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "hone-cache-warming");
        thread.setDaemon(true);
        return thread;
    });

    @Inject
    Warming(Caches caches, CacheEntryRepository repository, AnnotatedLoads loads, Settings settings) {
        this(caches, repository, (Loads) loads, settings);
    }

    Warming(Caches caches, CacheEntryRepository repository, Loads loads, Settings settings) {
        this.caches = caches;
        this.repository = repository;
        this.loads = loads;
        this.settings = settings;
        this.codec = new Codec(settings);
    }

    /** Begins to load the keys of the last run. */
    public void start() {
        executor.execute(() -> {
            for (TieredCache<?> cache : caches.all()) {
                load(cache, stored(cache, most()));
            }
        });
    }

    /**
     * Begins to load the keys of some caches that were asked most, in this run and the one before.
     *
     * @param names of the caches
     * @param most keys of each
     * @return how many keys of each are to be loaded; caches are left out that cannot be warmed
     */
    Map<String, Integer> warm(Set<String> names, int most) {
        store();
        Map<String, Integer> begun = new LinkedHashMap<>();
        for (TieredCache<?> cache : caches.all()) {
            if (names.contains(cache.definition().name()) && cache.hotKeys() != null) {
                List<HotKey> keys = stored(cache, most);
                begun.put(cache.definition().name(), keys.size());
                executor.execute(() -> load(cache, keys));
            }
        }
        return begun;
    }

    /** Stores which keys are asked most, those of the last run behind those of this one. To be called now and then. */
    public void store() {
        int most = most();
        for (TieredCache<?> cache : caches.all()) {
            HotKeys hot = cache.hotKeys();
            List<HotKey> asked = hot == null ? List.of() : hot.most(most);
            if (!asked.isEmpty()) {
                Set<HotKey> keys = new LinkedHashSet<>(asked);
                keys.addAll(stored(cache, most));
                repository.putHotKeys(
                        cache.definition().name(),
                        encoded(keys.stream().limit(most).toList()));
            }
        }
    }

    /** Loads nothing more. */
    @PreDestroy
    public void stop() {
        executor.shutdownNow();
    }

    private int most() {
        return Math.toIntExact(settings.get(SettingsCatalogue.CACHE_WARM_KEYS));
    }

    private void load(TieredCache<?> cache, List<HotKey> keys) {
        int failed = 0;
        for (HotKey key : keys) {
            if (executor.isShutdown()) {
                return;
            }
            try {
                if (loads.load(cache, key)) {
                    cache.warmed();
                }
            } catch (Exception e) {
                // The next reader will meet the same, and be told.
                failed++;
                LOG.debug(
                        "A key of {} could not be loaded ahead",
                        cache.definition().name(),
                        e);
            }
        }
        if (failed > 0) {
            LOG.warn(
                    "{} of {} keys of cache {} could not be loaded ahead",
                    failed,
                    keys.size(),
                    cache.definition().name());
        }
    }

    private List<HotKey> stored(TieredCache<?> cache, int most) {
        List<HotKey> keys = new ArrayList<>();
        for (byte[] bytes : repository.hotKeys(cache.definition().name())) {
            if (keys.size() == most) {
                break;
            }
            try {
                keys.add((HotKey) Codec.decode(bytes).value());
            } catch (IOException | ClassNotFoundException e) {
                // Another version of Hone knew other keys: they have to be asked again.
                LOG.debug("A key of {} cannot be read", cache.definition().name(), e);
            }
        }
        return keys;
    }

    private List<byte[]> encoded(List<HotKey> keys) {
        List<byte[]> encoded = new ArrayList<>();
        for (HotKey key : keys) {
            try {
                encoded.add(codec.encode(new Codec.Packed(key, 0, 0, 0), new TierCounts()));
            } catch (IOException e) {
                LOG.debug("A key cannot be stored", e);
            }
        }
        return encoded;
    }
}
