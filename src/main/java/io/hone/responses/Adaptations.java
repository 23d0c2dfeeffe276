package io.hone.responses;

import static java.util.Objects.requireNonNull;

import io.hone.responses.AnswerGroup.Decision;
import io.hone.responses.RuleWorth.Verdict;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Smart mode: how long answers are kept follows from what is observed, answers in demand are made anew before their end,
 * and rules that are not worth it keep nothing for a while. Each change is noted with its reason. What a hit costs here is
 * two counters. Thread-safe.
 */
@Singleton
public class Adaptations {

    private static final Logger LOG = LoggerFactory.getLogger(Adaptations.class);

    /** Templates are as many as there are in the code; rules are people's. */
    static final int MOST_GROUPS = 512;

    /** Of a rule whose further templates are counted together. */
    private static final String OTHERS = "others";

    /** How often rules are judged. */
    static final Duration PERIOD = Duration.ofMinutes(10);

    /** Adaptations that are kept to be shown; the oldest go. */
    static final int MOST_SHOWN = 100;

    /**
     * Earlier than this many times the cost of an answer before its end, none is made ahead: the chance is e to the minus
     * this.
     */
    private static final double EARLIEST = 20;

    /** As the paper has it; more would load earlier. */
    private static final double BETA = 1;

    private final CacheRules rules;
    private final Settings settings;
    private final Clock clock;
    private final DoubleSupplier dice;

    /** By identity: a rule is the same object as long as it is in force, and to compare two costs far more. */
    private volatile IdentityHashMap<CacheRule, RuleWorth> worths = new IdentityHashMap<>();

    private volatile IdentityHashMap<CacheRule, RuleWorth> leftOut = new IdentityHashMap<>();
    private volatile long nextJudgement;
    private int groups;
    private final Deque<Adaptation> shown = new ArrayDeque<>();
    private final AtomicLong count = new AtomicLong();

    @Inject
    Adaptations(CacheRules rules, Settings settings, Clock clock) {
        this(rules, settings, clock, () -> 1 - ThreadLocalRandom.current().nextDouble());
    }

    /** @param dice over 0, up to 1 */
    Adaptations(CacheRules rules, Settings settings, Clock clock, DoubleSupplier dice) {
        this.rules = rules;
        this.settings = settings;
        this.clock = clock;
        this.dice = dice;
        nextJudgement = clock.millis() + PERIOD.toMillis();
    }

    /** Whether it is on at all. */
    public boolean isOn() {
        return settings.get(SettingsCatalogue.RESPONSE_SMART);
    }

    /** How many there were since the start. */
    public long count() {
        return count.get();
    }

    /** Whether a rule keeps nothing at present. Where its pause is over, its trial begins here. */
    boolean isLeftOut(CacheRule rule) {
        IdentityHashMap<CacheRule, RuleWorth> all = leftOut;
        if (all.isEmpty()) {
            return false;
        }
        RuleWorth worth = all.get(rule);
        if (worth == null) {
            return false;
        }
        if (!isOn()) {
            // Whoever switches it off wants the rules as they are written.
            forgive();
            return false;
        }
        Verdict verdict = worth.tryAgain(clock.millis());
        if (verdict == null) {
            return worth.isLeftOut();
        }
        note(worth, verdict);
        return false;
    }

    /**
     * Whether an answer that is fresh is to be made anew by whoever asks now. The likelier the nearer its end and the
     * longer it takes, so that of many who ask one comes early, and of few most likely none: Vattani, Chierichetti,
     * Lowenstein, Optimal Probabilistic Cache Stampede Prevention, VLDB 2015.
     */
    boolean isDue(StoredAnswer held, long nowMs) {
        AnswerGroup group = held.origin().group();
        if (group == null) {
            return false;
        }
        double leftNanos = TimeUnit.MILLISECONDS.toNanos(held.life().leftMs(nowMs));
        double load = held.origin().loadNanos() * BETA;
        return leftNanos < load * EARLIEST
                && group.rule().rule().smart()
                && isOn()
                && load * -Math.log(dice.getAsDouble()) >= leftNanos;
    }

    /**
     * Where answers of a rule are counted.
     *
     * @param template of their path; null where it has none
     */
    AnswerGroup group(CacheRule rule, @Nullable String template) {
        RuleWorth worth = worths.get(rule);
        String path = template == null ? rule.pattern().toString() : template;
        AnswerGroup known = worth == null ? null : worth.find(path);
        return known != null ? known : open(rule, path);
    }

    private synchronized AnswerGroup open(CacheRule rule, String path) {
        RuleWorth worth = worths.get(rule);
        if (worth == null) {
            worth = adopt(rule);
        }
        AnswerGroup known = worth.find(path);
        if (known != null) {
            return known;
        }
        if (groups >= MOST_GROUPS) {
            return worth.open(OTHERS);
        }
        groups++;
        return worth.open(path);
    }

    /** Takes a rule in that is in force, and forgets those that are not. */
    private RuleWorth adopt(CacheRule rule) {
        IdentityHashMap<CacheRule, RuleWorth> next = new IdentityHashMap<>();
        groups = 0;
        for (CacheRule inForce : rules.current().rules()) {
            RuleWorth worth = before(inForce);
            if (worth != null) {
                next.put(inForce, worth);
                groups += worth.groups().size();
            }
        }
        RuleWorth mine = next.computeIfAbsent(rule, RuleWorth::new);
        worths = next;
        leftOut = leftOut(next);
        return mine;
    }

    /** What was known of a rule, which may have been written again as it was; null for a new one. */
    private @Nullable RuleWorth before(CacheRule rule) {
        RuleWorth same = worths.get(rule);
        if (same != null) {
            return same;
        }
        for (RuleWorth worth : worths.values()) {
            if (worth.rule().equals(rule)) {
                return worth;
            }
        }
        return null;
    }

    /**
     * How long an answer made now is kept.
     *
     * @param rulesMs what the rule says
     */
    long ttlMs(AnswerGroup group, long rulesMs) {
        return group.rule().isAdaptive() && isOn() ? group.ttlMs(rulesMs) : rulesMs;
    }

    /**
     * Learns from an answer that was made and kept.
     *
     * @param rulesMs what its rule says about how long
     */
    void made(AnswerGroup group, String key, StoredAnswer answer, long rulesMs) {
        group.stored.increment();
        String tag = answer.answer().fields().first("ETag");
        if (!isOn() || tag == null) {
            return;
        }
        if (group.rule().isAdaptive()) {
            group.ttlMs(rulesMs);
            Decision decision = group.made(
                    key, tag, answer.origin().epoch(), answer.origin().loadNanos());
            if (decision != null) {
                note(new Adaptation(
                        now(),
                        group.rule().rule().pattern().toString(),
                        group.path(),
                        decision.toMs() > decision.fromMs() ? Adaptation.Kind.LONGER : Adaptation.Kind.SHORTER,
                        AnswerGroup.seconds(decision.fromMs()),
                        AnswerGroup.seconds(decision.toMs()),
                        decision.reason()));
            }
        }
        if (clock.millis() >= nextJudgement) {
            judge();
        }
    }

    /** Judges every rule, once a period. */
    private synchronized void judge() {
        long now = clock.millis();
        if (now < nextJudgement) {
            return;
        }
        nextJudgement = now + PERIOD.toMillis();
        for (RuleWorth worth : worths.values()) {
            if (worth.rule().smart()) {
                Verdict verdict = worth.judge(now);
                if (verdict != null) {
                    note(worth, verdict);
                }
            }
        }
    }

    private synchronized void note(RuleWorth worth, Verdict verdict) {
        leftOut = leftOut(worths);
        note(new Adaptation(
                now(), worth.rule().pattern().toString(), null, verdict.kind(), null, null, verdict.reason()));
    }

    private synchronized void note(Adaptation adaptation) {
        shown.addFirst(adaptation);
        if (shown.size() > MOST_SHOWN) {
            shown.removeLast();
        }
        count.incrementAndGet();
        LOG.info(
                "Cache rule {}, {}: {}. {}",
                adaptation.rule(),
                adaptation.path(),
                adaptation.kind().label(),
                adaptation.reason());
    }

    private synchronized void forgive() {
        worths.values().forEach(RuleWorth::reset);
        leftOut = new IdentityHashMap<>();
    }

    private static IdentityHashMap<CacheRule, RuleWorth> leftOut(IdentityHashMap<CacheRule, RuleWorth> all) {
        IdentityHashMap<CacheRule, RuleWorth> some = new IdentityHashMap<>();
        all.forEach((rule, worth) -> {
            if (worth.isLeftOut()) {
                some.put(rule, worth);
            }
        });
        return some;
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.millis());
    }

    /** What every rule in force is worth, in their order. */
    List<CacheRuleWorth> rules() {
        IdentityHashMap<CacheRule, RuleWorth> all = worths;
        long otherwise = settings.get(SettingsCatalogue.RESPONSE_TTL);
        List<CacheRuleWorth> report = new ArrayList<>();
        for (CacheRule rule : rules.current().rules()) {
            RuleWorth worth = all.containsKey(rule) ? requireNonNull(all.get(rule)) : new RuleWorth(rule);
            long seconds = rule.ttlSeconds() == null ? otherwise : rule.ttlSeconds();
            report.add(worth.report(TimeUnit.SECONDS.toMillis(seconds), isOn()));
        }
        return report;
    }

    /** The last ones, newest first. */
    synchronized List<Adaptation> shown() {
        return List.copyOf(shown);
    }
}
