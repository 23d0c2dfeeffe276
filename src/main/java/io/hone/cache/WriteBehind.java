package io.hone.cache;

import io.hone.metrics.Metrics;
import io.micrometer.core.instrument.FunctionCounter;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;

/**
 * Changes that may be stored a little later: those of one key are merged, all are written together. Losing the last of
 * them in a crash must not matter. Whoever owns it calls {@link #flush} now and then, and before the server stops.
 * Thread-safe.
 *
 * @param <K> what a change is about
 * @param <V> the change
 */
public final class WriteBehind<K, V> {

    private final int most;
    private final BinaryOperator<V> merge;
    private final Consumer<Map<K, V>> store;
    private final Map<K, V> waiting = new ConcurrentHashMap<>();
    private final LongAdder added = new LongAdder();
    private final LongAdder written = new LongAdder();
    private final LongAdder dropped = new LongAdder();

    /**
     * Begins empty.
     *
     * @param name for the meters: lower-case words joined by dots
     * @param most keys that may wait; changes of further ones are dropped and counted
     * @param merge the change that two of one key come to, the older first
     * @param store writes changes; when it throws, they wait for the next time
     */
    public WriteBehind(String name, int most, BinaryOperator<V> merge, Consumer<Map<K, V>> store, Metrics metrics) {
        this.most = most;
        this.merge = merge;
        this.store = store;
        register(metrics, name, "added", added);
        register(metrics, name, "written", written);
        register(metrics, name, "dropped", dropped);
    }

    /** Notes a change. */
    public void add(K key, V change) {
        // The bound may be passed by as many as add at the same moment: it is there for the memory, not to the last
        // one.
        if (waiting.size() >= most && !waiting.containsKey(key)) {
            dropped.increment();
            return;
        }
        added.increment();
        waiting.merge(key, change, merge);
    }

    /** Stores what waits. */
    public void flush() {
        Map<K, V> batch = new HashMap<>(waiting);
        if (batch.isEmpty()) {
            return;
        }
        store.accept(batch);
        written.add(batch.size());
        // What was changed again in the meantime stays for the next time.
        batch.forEach(waiting::remove);
    }

    private static void register(Metrics metrics, String name, String result, LongAdder count) {
        FunctionCounter.builder("hone.write.behind.changes", count, LongAdder::sum)
                .description("Changes that are stored later: added, written after merging, dropped for lack of room")
                .tag("name", name)
                .tag("result", result)
                .register(metrics.registry());
    }
}
