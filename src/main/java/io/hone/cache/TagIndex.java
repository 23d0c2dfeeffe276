package io.hone.cache;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Which entries a tag has. Thread-safe; nobody who reads entries waits for it. */
final class TagIndex<V> {

    private final ConcurrentHashMap<String, Set<Entry<V>>> entries = new ConcurrentHashMap<>();

    void add(Entry<V> entry) {
        for (String tag : entry.tags) {
            entries.compute(tag, (key, known) -> {
                Set<Entry<V>> tagged = known == null ? ConcurrentHashMap.newKeySet() : known;
                tagged.add(entry);
                return tagged;
            });
        }
    }

    void remove(Entry<V> entry) {
        for (String tag : entry.tags) {
            entries.computeIfPresent(tag, (key, tagged) -> {
                tagged.remove(entry);
                return tagged.isEmpty() ? null : tagged;
            });
        }
    }

    /** Takes out all entries of a tag; empty if there are none. */
    Set<Entry<V>> take(String tag) {
        Set<Entry<V>> tagged = entries.remove(tag);
        return tagged == null ? Set.of() : tagged;
    }

    /** Tags that have entries. */
    int size() {
        return entries.size();
    }
}
