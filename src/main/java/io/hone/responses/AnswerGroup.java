package io.hone.responses;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Answers of one rule to paths of one template: what they do, and how long they are kept. Counting waits for nobody; what
 * is learned is learned where an answer was made, which costs far more. Thread-safe.
 */
final class AnswerGroup {

    /** Comparisons after which the time to live is decided about again. */
    static final int COMPARED = 10;

    private static final double LENGTHEN = 1.5;
    private static final double SHORTEN = 0.5;

    /** Answers that are remembered to be compared: a power of two. Two that meet forget each other. */
    private static final int REMEMBERED = 64;

    /** Share of reloads that may find a change, for an answer made in a millisecond. */
    private static final double FEWEST_CHANGES = 0.1;

    /** What each factor of ten in the cost of an answer adds to that share. */
    private static final double CHANGES_PER_DECADE = 0.1;

    private static final double MOST_CHANGES = 0.5;

    /**
     * A new time to live.
     *
     * @param reason what was observed
     */
    record Decision(long fromMs, long toMs, String reason) {}

    private final RuleWorth rule;
    private final String path;
    final LongAdder hits = new LongAdder();
    final LongAdder savedNanos = new LongAdder();
    final LongAdder loads = new LongAdder();
    final LongAdder loadNanos = new LongAdder();
    final LongAdder stored = new LongAdder();
    final LongAdder refreshedAhead = new LongAdder();
    final LongAdder bytes = new LongAdder();

    /** Hash of a key, hash of the entity tag, and epoch, in turn; made with the first answer. */
    private long @Nullable [] seen;

    private long startMs = -1;
    private long ttlMs;
    private int unchanged;
    private int changed;
    private long comparedNanos;
    private long allUnchanged;
    private long allChanged;

    /** @param path template of the paths; the rule's pattern where they have none */
    AnswerGroup(RuleWorth rule, String path) {
        this.rule = rule;
        this.path = path;
    }

    RuleWorth rule() {
        return rule;
    }

    String path() {
        return path;
    }

    /** An answer was given from what is held, and the time it would have taken longer to make it. */
    void hit(long saved) {
        hits.increment();
        savedNanos.add(Math.max(0, saved));
    }

    /**
     * How long an answer made now is kept.
     *
     * @param rulesMs what the rule says; with another one, what was learned is forgotten
     */
    synchronized long ttlMs(long rulesMs) {
        if (rulesMs != startMs) {
            startMs = rulesMs;
            ttlMs = within(rulesMs);
            forget();
        }
        return ttlMs;
    }

    /**
     * Notes an answer that was made, and compares it with the one before under its key. Only what nothing that is known
     * of outdated tells how long such an answer holds: after a write, a tag had done that already.
     *
     * @param epoch of the answer's tags
     * @param nanos how long it took to make
     * @return a new time to live; null where it stays
     */
    synchronized @Nullable Decision made(String key, String entityTag, long epoch, long nanos) {
        if (!rule.isAdaptive() || startMs < 0) {
            return null;
        }
        long[] remembered = seen;
        if (remembered == null) {
            remembered = new long[3 * REMEMBERED];
            seen = remembered;
        }
        int hash = key.hashCode();
        int at = 3 * ((hash ^ (hash >>> 16)) & (REMEMBERED - 1));
        // Never 0, which is nothing.
        long keyMark = (1L << 32) | Integer.toUnsignedLong(hash);
        long answer = entityTag.hashCode();
        boolean comparable = remembered[at] == keyMark && remembered[at + 2] == epoch;
        boolean same = remembered[at + 1] == answer;
        remembered[at] = keyMark;
        remembered[at + 1] = answer;
        remembered[at + 2] = epoch;
        if (!comparable) {
            return null;
        }
        if (same) {
            unchanged++;
            allUnchanged++;
        } else {
            changed++;
            allChanged++;
        }
        comparedNanos += nanos;
        return unchanged + changed < COMPARED ? null : decide();
    }

    private @Nullable Decision decide() {
        int compared = unchanged + changed;
        double share = (double) changed / compared;
        double loadMs = comparedNanos / 1e6 / compared;
        double accepted = accepted(loadMs);
        long before = ttlMs;
        if (share > accepted) {
            ttlMs = within((long) (before * SHORTEN));
        } else if (share <= accepted / 2) {
            ttlMs = within((long) (before * LENGTHEN));
        }
        String reason = "%d of %d reloads found a change; at %s ms to make an answer, %s are accepted"
                .formatted(changed, compared, rounded(loadMs), rounded(accepted * compared));
        forget();
        return before == ttlMs ? null : new Decision(before, ttlMs, reason);
    }

    /**
     * Share of reloads that may find a change. Whoever was answered from the cache before such a reload may have been
     * told what held no more; the longer an answer takes, the more of that is worth it.
     */
    static double accepted(double loadMs) {
        return Math.min(
                MOST_CHANGES, FEWEST_CHANGES + CHANGES_PER_DECADE * Math.max(0, Math.log10(Math.max(1, loadMs))));
    }

    private void forget() {
        unchanged = 0;
        changed = 0;
        comparedNanos = 0;
    }

    private long within(long wantedMs) {
        if (!rule.isAdaptive()) {
            return wantedMs;
        }
        return Math.max(rule.leastMs(startMs), Math.min(rule.mostMs(startMs), wantedMs));
    }

    private static String rounded(double number) {
        return Double.toString(Math.round(number * 10) / 10.0);
    }

    synchronized CacheRuleWorth.Group report(long rulesMs, boolean on) {
        long made = loads.sum();
        return new CacheRuleWorth.Group(
                path,
                seconds(on && rule.isAdaptive() ? ttlMs(rulesMs) : rulesMs),
                seconds(rule.leastMs(rulesMs)),
                seconds(rule.mostMs(rulesMs)),
                hits.sum(),
                made,
                made == 0 ? null : loadNanos.sum() / 1e6 / made,
                allUnchanged,
                allChanged,
                refreshedAhead.sum(),
                Math.max(0, bytes.sum()));
    }

    /** A time in whole seconds, for people. */
    static double seconds(long millis) {
        return millis / (double) TimeUnit.SECONDS.toMillis(1);
    }
}
