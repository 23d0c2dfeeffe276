package io.hone.cache;

import io.hone.audit.Audit;
import io.hone.cache.CacheDefinition.Tier;
import io.hone.database.Database;
import io.hone.http.Caller;
import io.hone.http.ProblemException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What people do to caches; each of it is audited and logged. Thread-safe. */
@Singleton
class CacheManagement {

    private static final Logger LOG = LoggerFactory.getLogger(CacheManagement.class);

    private static final int MOST_WARMED = 100;
    private static final int MOST_TAGS = 100;
    private static final int LONGEST_TAG = 200;
    private static final int LONGEST_REASON = 1_000;

    /**
     * What went.
     *
     * @param removed from all caches together
     * @param caches by name
     */
    record Sweep(Removed removed, Map<String, Removed> caches) {}

    /** What went from one cache. */
    record Cleared(String name, Removed removed) {}

    /** What went from one tier, or all; those that matched, or all. */
    record Flushed(String level, @Nullable String pattern, Removed removed) {}

    /** What went by tag and by pattern. */
    record Invalidated(
            Map<String, Removed> tags,
            Map<String, Removed> patterns,
            @Nullable String reason) {}

    /**
     * What a client sends to invalidate.
     *
     * @param reason why, for the audit trail
     * @param confirm required for a pattern that every key matches
     */
    record Invalidation(
            @Nullable List<@Nullable String> tags,
            @Nullable List<@Nullable String> patterns,
            @Nullable String reason,
            @Nullable Boolean confirm) {}

    /**
     * What a client sends to warm caches.
     *
     * @param caches names; all where there are none
     * @param most keys of each, 1 to 1,000; 100 where it is not said
     */
    record WarmRequest(
            @Nullable List<@Nullable String> caches,
            @Nullable Integer most) {}

    /** How many keys are being loaded, by cache; those are not in it that cannot be warmed. */
    record Warmed(Map<String, Integer> keys) {}

    private final Caches caches;
    private final Warming warming;
    private final AnswerStore answers;
    private final Database database;
    private final Audit audit;

    @Inject
    CacheManagement(Caches caches, Warming warming, AnswerStore answers, Database database, Audit audit) {
        this.caches = caches;
        this.warming = warming;
        this.answers = answers;
        this.database = database;
        this.audit = audit;
    }

    /**
     * Begins to load what was asked most.
     *
     * @throws ProblemException 422 naming every invalid place
     */
    Warmed warm(Caller caller, WarmRequest body) {
        List<String> names = texts(body.caches(), "/caches");
        for (String name : names) {
            if (CacheCatalogue.find(name).isEmpty()) {
                throw ProblemException.invalid("/caches", "names '%s', which is no cache".formatted(name));
            }
        }
        int most = body.most() == null ? MOST_WARMED : body.most();
        if (most < 1 || most > HotKeys.MOST) {
            throw ProblemException.invalid("/most", "is not between 1 and %d".formatted(HotKeys.MOST));
        }
        Set<String> all = CacheCatalogue.ALL.stream().map(CacheDefinition::name).collect(Collectors.toSet());
        Map<String, Integer> keys = warming.warm(names.isEmpty() ? all : Set.copyOf(names), most);
        record(caller, "caches.warmed", names.isEmpty() ? "all" : String.join(" ", names), keys);
        return new Warmed(keys);
    }

    /** Removes what is expired or outdated. */
    Sweep cleanUp(Caller caller) {
        return sweep(caller, "caches.cleaned", TieredCache::cleanUp, answers.cleanUp());
    }

    /** Removes everything. */
    Sweep clearAll(Caller caller) {
        return sweep(caller, "caches.cleared", cache -> cache.clear(Set.of(Tier.values())), answers.clear());
    }

    /** @throws ProblemException 404 if there is no such cache */
    Cleared clear(Caller caller, String name) {
        Removed removed = name.equals(AnswerStore.NAME)
                ? Removed.onHeap(answers.clear())
                : caches.find(name).clear(Set.of(Tier.values()));
        record(caller, "cache.cleared", name, detail(removed, "reason", null));
        return new Cleared(name, removed);
    }

    /**
     * Removes what some tiers hold, or those keys that match.
     *
     * @param level {@code l1}, {@code l2}, {@code durable} or {@code all}
     * @param pattern null for everything
     */
    Flushed flush(Caller caller, String level, @Nullable KeyPattern pattern) {
        Set<Tier> tiers = level.equals("all")
                ? Set.of(Tier.values())
                : Set.of(Stream.of(Tier.values())
                        .filter(tier -> tier.label().equals(level))
                        .findFirst()
                        .orElseThrow());
        Removed removed;
        if (pattern != null) {
            removed = caches.removeMatching(pattern, tiers);
            if (tiers.contains(Tier.L1)) {
                removed = removed.plus(Removed.onHeap(answers.removeMatching(pattern)));
            }
        } else {
            removed = Removed.NOTHING;
            for (TieredCache<?> cache : caches.all()) {
                removed = removed.plus(cache.clear(tiers));
            }
            if (tiers.contains(Tier.L1)) {
                removed = removed.plus(Removed.onHeap(answers.clear()));
            }
        }
        String text = pattern == null ? null : pattern.toString();
        record(caller, "caches.flushed", level, detail(removed, "pattern", text));
        return new Flushed(level, text, removed);
    }

    /**
     * Outdates what the tags stand for, and removes the keys that match.
     *
     * @throws ProblemException 422 naming every invalid place
     */
    Invalidated invalidate(Caller caller, Invalidation body) {
        List<String> tags = texts(body.tags(), "/tags");
        List<String> texts = texts(body.patterns(), "/patterns");
        if (tags.isEmpty() && texts.isEmpty()) {
            throw ProblemException.invalid("/tags", "and patterns are both empty: name at least one");
        }
        if (body.reason() != null && body.reason().length() > LONGEST_REASON) {
            throw ProblemException.invalid("/reason", "is longer than %d characters".formatted(LONGEST_REASON));
        }
        Map<String, KeyPattern> patterns = new LinkedHashMap<>();
        for (int i = 0; i < texts.size(); i++) {
            String pointer = "/patterns/" + i;
            KeyPattern pattern = KeyPattern.parse(texts.get(i), pointer);
            requireConfirmed(pattern, pointer, Boolean.TRUE.equals(body.confirm()));
            patterns.put(texts.get(i), pattern);
        }
        Map<String, Removed> byTag = caches.invalidate(tags);
        for (String tag : tags) {
            byTag.merge(tag, Removed.onHeap(answers.invalidateTags(List.of(tag))), Removed::plus);
        }
        Map<String, Removed> byPattern = new LinkedHashMap<>();
        patterns.forEach((text, pattern) -> byPattern.put(
                text,
                caches.removeMatching(pattern, Set.of(Tier.values()))
                        .plus(Removed.onHeap(answers.removeMatching(pattern)))));
        Removed sum = Stream.of(byTag, byPattern)
                .map(Map::values)
                .flatMap(Collection::stream)
                .reduce(Removed.NOTHING, Removed::plus);
        Map<String, @Nullable Object> detail = detail(sum, "reason", body.reason());
        detail.put("tags", tags);
        detail.put("patterns", texts);
        record(caller, "caches.invalidated", "all", detail);
        return new Invalidated(byTag, byPattern, body.reason());
    }

    /** @throws ProblemException 422 if every key matches and nobody said that this is meant */
    static void requireConfirmed(KeyPattern pattern, String pointer, boolean confirmed) {
        if (pattern.isEverything() && !confirmed) {
            throw ProblemException.invalid(pointer, "matches every key; say confirm=true if that is meant");
        }
    }

    private Sweep sweep(Caller caller, String action, Function<TieredCache<?>, Removed> work, long fromAnswers) {
        Map<String, Removed> removed = new LinkedHashMap<>();
        for (TieredCache<?> cache : caches.all()) {
            removed.put(cache.definition().name(), work.apply(cache));
        }
        removed.put(AnswerStore.NAME, Removed.onHeap(fromAnswers));
        Removed sum = removed.values().stream().reduce(Removed.NOTHING, Removed::plus);
        record(caller, action, "all", detail(sum, "reason", null));
        return new Sweep(sum, removed);
    }

    private static Map<String, @Nullable Object> detail(Removed removed, String name, @Nullable String value) {
        Map<String, @Nullable Object> detail = new LinkedHashMap<>();
        detail.put("l1", removed.l1());
        detail.put("l2", removed.l2());
        detail.put("durable", removed.durable());
        if (value != null) {
            detail.put(name, value);
        }
        return detail;
    }

    private static List<String> texts(@Nullable List<@Nullable String> sent, String pointer) {
        if (sent == null) {
            return List.of();
        }
        if (sent.size() > MOST_TAGS) {
            throw ProblemException.invalid(pointer, "has more than %d elements".formatted(MOST_TAGS));
        }
        return sent.stream()
                .map(text -> {
                    if (text == null || text.isBlank() || text.length() > LONGEST_TAG) {
                        throw ProblemException.invalid(
                                pointer, "has an element that is not 1 to %d characters".formatted(LONGEST_TAG));
                    }
                    return text;
                })
                .distinct()
                .toList();
    }

    private void record(Caller caller, String action, String subject, Map<String, ? extends @Nullable Object> detail) {
        // The caches are emptied already: an audit trail that cannot be written must not keep stale entries alive.
        LOG.info("{} {} by {}: {}", action, subject, caller.name(), detail);
        database.write(transaction -> {
            audit.write(transaction, caller, action, "cache", subject, detail);
            return subject;
        });
    }
}
