package io.hone.responses;

import io.hone.responses.Adaptation.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one rule is worth: hits, times the time that each saved, by the bytes that its answers take. Where that is nearly
 * nothing for long enough, the rule keeps nothing for a while and is then tried again. Thread-safe.
 */
final class RuleWorth {

    /** Answers kept in a period before it tells anything. */
    static final long FEW = 50;

    /** Milliseconds saved by each mebibyte held, in a period: below, keeping answers costs more than it gives. */
    static final double LEAST = 1;

    /** What a trial has to reach: more, so that a rule at the edge does not go back and forth. */
    static final double ENOUGH = 2 * LEAST;

    /** Periods in a row that have to be poor. */
    static final int POOR_PERIODS = 2;

    static final Duration FIRST_PAUSE = Duration.ofHours(1);
    static final Duration LONGEST_PAUSE = Duration.ofHours(24);

    private static final double MEBIBYTE = 1 << 20;

    /** Whether answers are kept. */
    enum State {
        KEPT,
        LEFT_OUT,
        ON_TRIAL
    }

    /** What was decided. */
    record Verdict(Kind kind, String reason) {}

    private final CacheRule rule;
    private final Map<String, AnswerGroup> groups = new ConcurrentHashMap<>();

    private State state = State.KEPT;
    private int poorPeriods;
    private Duration pause = FIRST_PAUSE;
    private long pausedUntilMs;
    private Sum before = Sum.NONE;

    /** Counts of all groups. */
    private record Sum(long hits, long savedNanos, long stored, long bytes) {
        static final Sum NONE = new Sum(0, 0, 0, 0);
    }

    RuleWorth(CacheRule rule) {
        this.rule = rule;
    }

    CacheRule rule() {
        return rule;
    }

    /** Whether there is anything to choose from. */
    boolean isAdaptive() {
        return rule.smart() && (rule.minTtlSeconds() != null || rule.maxTtlSeconds() != null);
    }

    long leastMs(long rulesMs) {
        Long least = rule.minTtlSeconds();
        return least == null ? Math.min(rulesMs, mostMs(rulesMs)) : TimeUnit.SECONDS.toMillis(least);
    }

    long mostMs(long rulesMs) {
        Long most = rule.maxTtlSeconds();
        Long least = rule.minTtlSeconds();
        long lowest = least == null ? 0 : TimeUnit.SECONDS.toMillis(least);
        return most == null ? Math.max(rulesMs, lowest) : TimeUnit.SECONDS.toMillis(most);
    }

    Collection<AnswerGroup> groups() {
        return groups.values();
    }

    @Nullable
    AnswerGroup find(String path) {
        return groups.get(path);
    }

    AnswerGroup open(String path) {
        return groups.computeIfAbsent(path, key -> new AnswerGroup(this, key));
    }

    /** Judges the time since it was last judged; null where nothing changes. */
    synchronized @Nullable Verdict judge(long nowMs) {
        if (state == State.LEFT_OUT) {
            return null;
        }
        Sum now = sum();
        long stored = now.stored() - before.stored();
        if (stored < FEW) {
            // Goes on with what was counted so far: a quiet rule gets a longer period.
            return null;
        }
        long hits = now.hits() - before.hits();
        double savedMs = (now.savedNanos() - before.savedNanos()) / 1e6;
        double score = score(savedMs, now);
        before = now;
        String observed = String.format(
                Locale.ROOT,
                "%d hits on %d kept answers saved %.1f ms, %.2f ms for each MiB held",
                hits,
                stored,
                savedMs,
                score);
        if (state == State.ON_TRIAL) {
            if (score >= ENOUGH) {
                state = State.KEPT;
                pause = FIRST_PAUSE;
                poorPeriods = 0;
                return new Verdict(Kind.KEPT, observed);
            }
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
            return leaveOut(nowMs, observed);
        }
        poorPeriods = score < LEAST ? poorPeriods + 1 : 0;
        return poorPeriods < POOR_PERIODS ? null : leaveOut(nowMs, observed);
    }

    private Verdict leaveOut(long nowMs, String observed) {
        state = State.LEFT_OUT;
        poorPeriods = 0;
        pausedUntilMs = nowMs + pause.toMillis();
        return new Verdict(Kind.LEFT_OUT, observed + "; tried again after " + pause.toHours() + " h");
    }

    /** Begins a trial where the pause is over; null where nothing changes. */
    synchronized @Nullable Verdict tryAgain(long nowMs) {
        if (state != State.LEFT_OUT || nowMs < pausedUntilMs) {
            return null;
        }
        state = State.ON_TRIAL;
        before = sum();
        return new Verdict(Kind.ON_TRIAL, "The pause of " + pause.toHours() + " h is over");
    }

    /** As if nothing had been decided. */
    synchronized void reset() {
        state = State.KEPT;
        poorPeriods = 0;
        pause = FIRST_PAUSE;
        before = sum();
    }

    synchronized boolean isLeftOut() {
        return state == State.LEFT_OUT;
    }

    private Sum sum() {
        long hits = 0;
        long saved = 0;
        long stored = 0;
        long bytes = 0;
        for (AnswerGroup group : groups.values()) {
            hits += group.hits.sum();
            saved += group.savedNanos.sum();
            stored += group.stored.sum();
            bytes += group.bytes.sum();
        }
        return new Sum(hits, saved, stored, Math.max(0, bytes));
    }

    /** Saved milliseconds for each mebibyte; what is held at least is counted as a hundredth of one. */
    private static double score(double savedMs, Sum held) {
        return savedMs / Math.max(0.01, held.bytes() / MEBIBYTE);
    }

    /**
     * What there is to tell.
     *
     * @param rulesMs time to live that the rule begins with
     * @param on whether smart mode is
     */
    synchronized CacheRuleWorth report(long rulesMs, boolean on) {
        Sum now = sum();
        double savedMs = now.savedNanos() / 1e6;
        return new CacheRuleWorth(
                rule.pattern().toString(),
                rule.smart(),
                state.name().toLowerCase(Locale.ROOT),
                state == State.LEFT_OUT ? Instant.ofEpochMilli(pausedUntilMs) : null,
                now.stored() == 0 ? null : score(savedMs, now),
                now.hits(),
                now.stored(),
                savedMs,
                now.bytes(),
                groups.values().stream()
                        .map(group -> group.report(rulesMs, on))
                        .sorted((a, b) -> Long.compare(b.hits(), a.hits()))
                        .toList());
    }
}
