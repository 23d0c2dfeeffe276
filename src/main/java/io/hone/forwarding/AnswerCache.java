package io.hone.forwarding;

import io.hone.cache.CacheCatalogue;
import io.hone.cache.CacheKey;
import io.hone.cache.Caches;
import io.hone.cache.TieredCache;
import io.hone.gateway.Calls;
import io.hone.gateway.Money;
import io.hone.gateway.Provider;
import io.hone.gateway.ProviderKind;
import io.hone.gateway.Spender;
import io.hone.http.AsyncAnswer;
import io.hone.http.Caller;
import io.hone.http.ProblemException;
import io.hone.metrics.RequestParts;
import io.hone.responses.CacheRule;
import io.hone.responses.CacheRules;
import io.hone.responses.CacheStatus;
import io.hone.responses.CacheStatus.Forward;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers of providers that are kept by the rules, and calls that several share while they run. Thread-safe.
 */
@Singleton
class AnswerCache {

    private static final Logger LOG = LoggerFactory.getLogger(AnswerCache.class);

    /** What a client wishes: {@code bypass}, {@code refresh}, or {@code allow} for answers that chance has a part in. */
    static final String WISH = "X-Hone-Cache";

    private static final Set<String> WISHES = Set.of("", "bypass", "refresh", "allow");

    /** As much of one answer is held while it runs, and kept. */
    private static final int MOST_BYTES = 4 * 1_024 * 1_024;

    /** Fields by which providers answer otherwise. */
    static final List<String> VARYING = List.of(
            "accept",
            "content-type",
            "anthropic-version",
            "anthropic-beta",
            "openai-beta",
            "openai-organization",
            "openai-project");

    /** The same for providers whose answers come in the form that the client asked for. */
    static final List<String> VARYING_FORM = List.of("accept-encoding", "accept-language");

    /**
     * What the cache has to do with a request.
     *
     * @param key null where it has nothing to do with it
     * @param reads whether a kept answer will do
     * @param why the request goes on where none is kept
     */
    record Plan(@Nullable CacheKey key, boolean reads, long lifeMs, String why, Spender spender, String model) {}

    private final CacheRules rules;
    private final Calls calls;
    private final Settings settings;
    private final Clock clock;
    private final TieredCache<Recorded> answers;
    private final Map<CacheKey, Recording> running = new ConcurrentHashMap<>();

    @Inject
    AnswerCache(CacheRules rules, Caches caches, Calls calls, Settings settings, Clock clock) {
        this.rules = rules;
        this.calls = calls;
        this.settings = settings;
        this.clock = clock;
        answers = caches.open(
                CacheCatalogue.LLM_RESPONSE, recorded -> Duration.ofMillis(recorded.lifeMs()), Recorded::equals);
    }

    /**
     * What to do with a request.
     *
     * @throws ProblemException 422 for a wish that is none
     */
    Plan plan(
            HttpServletRequest request, Provider provider, Target target, byte[] body, Spender spender, String model) {
        String wish =
                request.getHeader(WISH) == null ? "" : request.getHeader(WISH).toLowerCase(Locale.ROOT);
        if (!WISHES.contains(wish)) {
            throw ProblemException.invalid(WISH, "is none of bypass, refresh, allow");
        }
        String control = request.getHeader("Cache-Control") == null
                ? ""
                : request.getHeader("Cache-Control").toLowerCase(Locale.ROOT);
        CacheRule rule = rules.find(request.getRequestURI(), request.getMethod());
        long ttl = rule == null
                ? 0
                : rule.ttlSeconds() == null ? settings.get(SettingsCatalogue.RESPONSE_TTL) : rule.ttlSeconds();
        if (ttl == 0 || rule == null || rule.cacheAuthenticated() == CacheRule.Authenticated.NO) {
            return past(CacheStatus.bypass("no-rule"), spender, model);
        }
        if (wish.equals("bypass") || control.contains("no-store")) {
            return past(CacheStatus.bypass("asked-for"), spender, model);
        }
        CanonicalBody canonical = CanonicalBody.of(body, provider.kind(), target.path());
        if (canonical.digest() == null) {
            return past(CacheStatus.bypass("ambiguous"), spender, model);
        }
        if (!canonical.repeatable() && !wish.equals("allow")) {
            return past(CacheStatus.bypass("chance"), spender, model);
        }
        boolean shared = rule.cacheAuthenticated() == CacheRule.Authenticated.SHARED;
        List<String> varying = new ArrayList<>();
        for (String name : VARYING) {
            varying.add(String.valueOf(request.getHeader(name)));
        }
        if (provider.kind() == ProviderKind.GENERIC) {
            for (String name : VARYING_FORM) {
                varying.add(String.valueOf(request.getHeader(name)));
            }
        }
        rule.varyHeaders().forEach(name -> varying.add(name + '=' + request.getHeader(name)));
        CacheKey key = CacheKey.of(
                provider.name(),
                provider.version(),
                request.getMethod(),
                target.path(),
                String.valueOf(target.query()),
                shared ? "" : Caller.of(request).name(),
                CacheKey.digestOf(varying),
                canonical.digest());
        boolean again = wish.equals("refresh") || control.contains("no-cache");
        return new Plan(
                key,
                !again,
                TimeUnit.SECONDS.toMillis(ttl),
                (again ? Forward.REQUEST : Forward.URI_MISS).value(),
                spender,
                model);
    }

    private static Plan past(String why, Spender spender, String model) {
        return new Plan(null, false, 0, why, spender, model);
    }

    /** The kept answer; null where none will do. */
    @Nullable
    Recorded find(Plan plan) {
        return plan.key() == null || !plan.reads() ? null : answers.getIfPresent(plan.key(), List.of());
    }

    /** Answers with what is kept. */
    void answer(Recorded kept, Plan plan, AsyncAnswer answer) {
        long ageMs = Math.max(0, clock.millis() - kept.storedAtMs());
        RequestParts.cache(0, true);
        answers.saved(kept.costNanoUsd());
        calls.hit(plan.spender(), kept.model(), new Money(kept.costNanoUsd()));
        answer.begin(head -> {
            head.setStatus(kept.status());
            Direct.put(kept.fields(), head);
            head.setHeader("Age", Long.toString(TimeUnit.MILLISECONDS.toSeconds(ageMs)));
            head.setHeader(CacheStatus.FIELD, CacheStatus.hit(kept.lifeMs() - ageMs));
            head.setContentLengthLong(kept.body().length);
        });
        answer.add(kept.body(), false, () -> {});
        answer.end();
    }

    /**
     * Where the answer to a call is to go that begins now: to who asked, to all who ask the same meanwhile, and into the
     * cache.
     *
     * @return null where the same is being asked already: its answer goes to this one, too
     */
    @Nullable
    Sink lead(Plan plan, AsyncAnswer answer) {
        CacheKey key = plan.key();
        if (key == null) {
            return new Direct(answer, plan.why());
        }
        AtomicReference<TieredCache<Recorded>.@Nullable Pending> pending = new AtomicReference<>();
        Recording mine = new Recording(MOST_BYTES, (recording, cost) -> {
            try {
                if (cost != null && pending.get() != null) {
                    keep(recording, cost, plan, pending.get());
                }
            } catch (RuntimeException e) {
                // Those who wait are to have their answer all the same.
                LOG.warn("An answer could not be kept", e);
            } finally {
                // After it is kept: who comes now finds it there.
                running.remove(key, recording);
            }
        });
        mine.join(answer, plan.spender(), plan.why());
        if (plan.reads()) {
            Recording other = running.putIfAbsent(key, mine);
            while (other != null) {
                if (other.join(answer, plan.spender(), CacheStatus.joined(Forward.URI_MISS))) {
                    return null;
                }
                if (running.replace(key, other, mine)) {
                    break;
                }
                other = running.putIfAbsent(key, mine);
            }
        }
        try {
            // The same may have ended between the look and the turn.
            Recorded kept = plan.reads() ? answers.peek(key, List.of()) : null;
            if (kept != null) {
                mine.replay(kept);
                return null;
            }
            pending.set(answers.begin(key, List.of()));
            return mine;
        } catch (RuntimeException e) {
            // Others may wait for it already.
            mine.fail(e);
            return null;
        }
    }

    private void keep(Recording recording, long cost, Plan plan, TieredCache<Recorded>.Pending pending) {
        pending.keep(recording.recorded(plan.lifeMs(), clock.millis(), plan.model(), cost));
        for (Spender other : recording.others()) {
            answers.saved(cost);
            calls.hit(other, plan.model(), new Money(cost));
        }
    }
}
