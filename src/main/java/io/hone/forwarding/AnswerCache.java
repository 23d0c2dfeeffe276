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
import io.hone.responses.CacheKeys;
import io.hone.responses.CacheRule;
import io.hone.responses.CacheRules;
import io.hone.responses.CacheStatus;
import io.hone.responses.CacheStatus.Forward;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
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

    /** No more than the system holds for a connection at the least, so that writing it waits for nobody. */
    private static final int SMALL_BYTES = 8 * 1_024;

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
    record Plan(@Nullable CacheKey key, boolean reads, Life life, String why, Spender spender, String model) {}

    /**
     * How long an answer may be given, in milliseconds.
     *
     * @param freshMs without more ado
     * @param meanwhileMs past that, while another is fetched
     * @param failedMs past that, where the provider fails
     */
    record Life(long freshMs, long meanwhileMs, long failedMs) {

        static final Life NONE = new Life(0, 0, 0);

        long keptMs() {
            return freshMs + Math.max(meanwhileMs, failedMs);
        }
    }

    /**
     * What is kept for a request.
     *
     * @param answer null for nothing
     * @param leftMs how long it is fresh; negative where it is stale
     */
    record Found(@Nullable Recorded answer, long leftMs) {

        static final Found NOTHING = new Found(null, 0);

        boolean isStale() {
            return leftMs <= 0;
        }
    }

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
                CacheCatalogue.LLM_RESPONSE, recorded -> Duration.ofMillis(recorded.keptMs()), Recorded::equals);
    }

    /**
     * What to do with a request.
     *
     * @throws ProblemException 422 for a wish that is none
     */
    Plan plan(HttpServletRequest request, Call call, Provider provider) {
        Target target = call.target();
        Spender spender = call.spender();
        String model = call.question().model();
        String wish = wish(request);
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
        boolean chance = call.question().chance() && !CanonicalBody.isAlwaysTheSame(provider.kind(), target.path());
        if (chance && !wish.equals("allow")) {
            // Known from its cost already: what is not kept needs no key.
            return past(CacheStatus.bypass("chance"), spender, model);
        }
        CanonicalBody canonical = CanonicalBody.of(call.body(), provider.kind(), target.path());
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
                provider.edition(),
                request.getMethod(),
                target.path(),
                CacheKeys.sorted(target.query()),
                shared ? "" : Caller.of(request).name(),
                CacheKey.digestOf(varying),
                canonical.digest());
        boolean again = wish.equals("refresh") || control.contains("no-cache");
        return new Plan(
                key,
                !again,
                new Life(
                        TimeUnit.SECONDS.toMillis(ttl),
                        TimeUnit.SECONDS.toMillis(rule.staleWhileRevalidateSeconds()),
                        TimeUnit.SECONDS.toMillis(rule.staleIfErrorSeconds())),
                (again ? Forward.REQUEST : Forward.URI_MISS).value(),
                spender,
                model);
    }

    /**
     * What a client wishes; empty for nothing.
     *
     * @throws ProblemException 422 for a wish that is none
     */
    static String wish(HttpServletRequest request) {
        String wish =
                request.getHeader(WISH) == null ? "" : request.getHeader(WISH).toLowerCase(Locale.ROOT);
        if (!WISHES.contains(wish)) {
            throw ProblemException.invalid(WISH, "is none of bypass, refresh, allow");
        }
        return wish;
    }

    private static Plan past(String why, Spender spender, String model) {
        return new Plan(null, false, Life.NONE, why, spender, model);
    }

    /** What is kept for a request, fresh or stale. */
    Found find(Plan plan) {
        if (plan.key() == null) {
            return Found.NOTHING;
        }
        Recorded kept = plan.reads()
                ? answers.getIfPresent(plan.key(), List.of(), found -> found.leftMs(clock.millis()) > 0)
                : answers.peek(plan.key(), List.of());
        return kept == null ? Found.NOTHING : new Found(kept, kept.leftMs(clock.millis()));
    }

    /** Whether what is kept may be given before anybody else is asked. */
    static boolean isGiven(Found found, Plan plan) {
        return found.answer() != null
                && plan.reads()
                && (!found.isStale() || -found.leftMs() < plan.life().meanwhileMs());
    }

    /** Whether an answer is so small that the connection takes it at once, however slowly its client reads. */
    static boolean isSmall(Recorded kept) {
        return kept.body().length <= SMALL_BYTES;
    }

    /** Answers with something small that is kept, on the thread that asks: no other one has a part in it. */
    void answer(Recorded kept, Plan plan, HttpServletResponse response) throws IOException {
        long now = clock.millis();
        note(kept, plan);
        response.setStatus(kept.status());
        Direct.put(kept.fields(now), response);
        response.setHeader(CacheStatus.FIELD, CacheStatus.hit(kept.leftMs(now)));
        response.setContentLength(kept.body().length);
        response.getOutputStream().write(kept.body());
    }

    /** Answers with what is kept. */
    void answer(Recorded kept, Plan plan, AsyncAnswer answer) {
        long now = clock.millis();
        note(kept, plan);
        Direct direct = new Direct(answer, CacheStatus.hit(kept.leftMs(now)));
        direct.begin(kept.status(), kept.fields(now), kept.body().length, false);
        direct.add(kept.body(), false, () -> {});
        direct.end(0);
    }

    /**
     * Where the answer to a call is to go that begins now: to who asked, to all who ask the same meanwhile, and into the
     * cache.
     *
     * @return null where the same is being asked already: its answer goes to this one, too
     */
    @Nullable
    Sink lead(Plan plan, Found found, AsyncAnswer answer) {
        CacheKey key = plan.key();
        if (key == null) {
            return new Direct(answer, plan.why());
        }
        AtomicReference<TieredCache<Recorded>.@Nullable Pending> pending = new AtomicReference<>();
        Recording mine = recording(key, plan, pending, usableAfterFailure(plan, found));
        mine.join(answer, plan.spender(), found.answer() == null || !plan.reads() ? plan.why() : Forward.STALE.value());
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
            if (kept != null && kept.leftMs(clock.millis()) > 0) {
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

    /**
     * Where the answer to a call is to go that nobody waits for: into the cache, in place of a stale one.
     *
     * @return null where the same is being asked already
     */
    @Nullable
    Sink renew(Plan plan) {
        CacheKey key = Objects.requireNonNull(plan.key());
        AtomicReference<TieredCache<Recorded>.@Nullable Pending> pending = new AtomicReference<>();
        Recording mine = recording(key, plan, pending, null);
        if (running.putIfAbsent(key, mine) != null) {
            return null;
        }
        try {
            pending.set(answers.begin(key, List.of()));
            return mine;
        } catch (RuntimeException e) {
            mine.fail(e);
            return null;
        }
    }

    private void note(Recorded kept, Plan plan) {
        RequestParts.cache(0, true);
        answers.saved(kept.costNanoUsd());
        calls.hit(plan.spender(), kept.model(), new Money(kept.costNanoUsd()));
    }

    private Recording recording(
            CacheKey key,
            Plan plan,
            AtomicReference<TieredCache<Recorded>.@Nullable Pending> pending,
            @Nullable Recorded stale) {
        return new Recording(MOST_BYTES, stale, clock, (recording, cost) -> {
            try {
                if (recording.isStale() && stale != null) {
                    for (Spender spender : recording.spenders()) {
                        answers.saved(stale.costNanoUsd());
                        calls.hit(spender, stale.model(), new Money(stale.costNanoUsd()));
                    }
                } else if (cost != null && pending.get() != null) {
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
    }

    private static @Nullable Recorded usableAfterFailure(Plan plan, Found found) {
        // Who wants a new answer does not want this one.
        return plan.reads() && -found.leftMs() < plan.life().failedMs() ? found.answer() : null;
    }

    private void keep(Recording recording, long cost, Plan plan, TieredCache<Recorded>.Pending pending) {
        pending.keep(recording.recorded(plan.life(), clock.millis(), plan.model(), cost));
        List<Spender> all = recording.spenders();
        for (Spender other : all.subList(Math.min(1, all.size()), all.size())) {
            answers.saved(cost);
            calls.hit(other, plan.model(), new Money(cost));
        }
    }
}
