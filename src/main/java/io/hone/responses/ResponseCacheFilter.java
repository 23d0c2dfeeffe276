package io.hone.responses;

import io.hone.auth.Refusals;
import io.hone.cache.Epochs;
import io.hone.http.Encoding;
import io.hone.http.HoneApplication;
import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import io.hone.http.RequestContext;
import io.hone.metrics.RequestParts;
import io.hone.responses.CacheStatus.Forward;
import io.hone.responses.Flights.Flight;
import io.hone.responses.ResponseStore.Result;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers with what is held, and holds what may be, as the rules say; a write outdates before it is answered what it
 * changes. Stands behind the check of access, so that nobody is answered who would be refused, and before compression
 * and Jakarta REST, which a held answer does not need. A failure of the cache itself costs no request its answer.
 */
public class ResponseCacheFilter extends HttpFilter {

    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(ResponseCacheFilter.class);
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

    private final transient Lookups lookups;
    private final transient CacheRules rules;
    private final transient Adaptations adaptations;
    private final transient ResponseStore store;
    private final transient ResponseSender sender;
    private final transient Refusals refusals;
    private final transient Epochs epochs;
    private final transient Settings settings;
    private final transient Clock clock;
    private final transient Flights flights;
    private final AtomicLong failures = new AtomicLong();

    @Inject
    ResponseCacheFilter(
            Lookups lookups,
            CacheRules rules,
            Adaptations adaptations,
            ResponseStore store,
            Flights flights,
            ResponseSender sender,
            Refusals refusals,
            Epochs epochs,
            Settings settings,
            Clock clock) {
        this.lookups = lookups;
        this.rules = rules;
        this.adaptations = adaptations;
        this.store = store;
        this.flights = flights;
        this.sender = sender;
        this.refusals = refusals;
        this.epochs = epochs;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (RequestContext.isWebSocket(request) || HoneApplication.isGateway(request)) {
            chain.doFilter(request, response);
            return;
        }
        long start = System.nanoTime();
        Lookup lookup = null;
        try {
            lookup = lookups.find(request);
        } catch (RuntimeException e) {
            failed(e);
        }
        boolean safe = SAFE.contains(request.getMethod());
        if (lookup == null || lookup.wishes().noStore()) {
            Forward why = lookup != null ? Forward.REQUEST : safe ? Forward.BYPASS : Forward.METHOD;
            response.setHeader(CacheStatus.FIELD, why.value());
            store.count(Result.BYPASS, 0);
            if (safe) {
                chain.doFilter(request, response);
            } else {
                write(request, response, chain);
            }
            return;
        }
        ask(lookup, request, response, chain, start);
    }

    /** What is asked for by a rule: held, being made for another, or to be made here. */
    private void ask(
            Lookup lookup, HttpServletRequest request, HttpServletResponse response, FilterChain chain, long start)
            throws IOException, ServletException {
        long now = clock.millis();
        StoredAnswer held = guarded(() -> find(lookup));
        if (held != null
                && lookup.wishes().accept(held.life().ageMs(now), held.life().leftMs(now))) {
            if (lookup.wishes().onlyIfCached() || !Boolean.TRUE.equals(guarded(() -> isDue(held, now)))) {
                answer(held, lookup, request, response, start);
            } else {
                ahead(lookup, held, request, response, chain, start);
            }
            return;
        }
        if (lookup.wishes().onlyIfCached()) {
            throw new ProblemException(
                    ProblemType.NOT_CACHED, "Only an answer that is kept was asked for, and none is");
        }
        Forward why = why(held, lookup, now);
        RequestParts.cache(System.nanoTime() - start, false);
        if (lookup.wishes().noCache()) {
            // Whoever asks for the answer of now does not get one that was begun before.
            make(lookup, held, why, null, request, response, chain);
            return;
        }
        Flight flight = join(lookup);
        if (flight.isFirst()) {
            try {
                make(lookup, held, why, flight, request, response, chain);
            } finally {
                flight.end(null);
            }
            return;
        }
        if (held != null && isUsable(held, now, lookup.rule().staleWhileRevalidateSeconds(), lookup.wishes())) {
            answer(held, lookup, request, response, start);
            return;
        }
        Optional<StoredAnswer> made = flight.await(settings.duration(SettingsCatalogue.RESPONSE_WAIT));
        if (made.isPresent() && made.get().suits(lookup.fields())) {
            String status = CacheStatus.collapsed(why, made.get().life().leftMs(clock.millis()));
            answer(made.get(), status, Result.COLLAPSED, lookup, request, response, start);
        } else {
            make(lookup, held, why, null, request, response, chain);
        }
    }

    private boolean isDue(StoredAnswer held, long now) {
        return held.life().leftMs(now) > 0 && adaptations.isDue(held, now);
    }

    /**
     * Has an answer that is still fresh made anew, by the request that was found to be early: it may have what it asks
     * for, and nobody else waits. One at a time; whoever is early too gets what is held.
     */
    private void ahead(
            Lookup lookup,
            StoredAnswer held,
            HttpServletRequest request,
            HttpServletResponse response,
            FilterChain chain,
            long start)
            throws IOException, ServletException {
        Flight flight = join(lookup);
        if (!flight.isFirst()) {
            answer(held, lookup, request, response, start);
            return;
        }
        try {
            RequestParts.cache(System.nanoTime() - start, false);
            make(lookup, held, Forward.AHEAD, flight, request, response, chain);
        } finally {
            flight.end(null);
        }
    }

    /** Only those who saw the same writes wait for each other. */
    private Flight join(Lookup lookup) {
        return flights.join(lookup.key() + '\n' + lookup.epoch());
    }

    private @Nullable StoredAnswer find(Lookup lookup) {
        StoredAnswer held = store.find(lookup.key(), lookup.fields());
        // What another rule held may have been held by other terms.
        return held != null && lookup.rule().equals(held.origin().rule()) ? held : null;
    }

    private Forward why(@Nullable StoredAnswer held, Lookup lookup, long now) {
        if (held != null) {
            return held.life().leftMs(now) > 0 ? Forward.REQUEST : Forward.STALE;
        }
        return store.get(lookup.key()).isEmpty() ? Forward.URI_MISS : Forward.VARY_MISS;
    }

    /** Whether an answer that has expired is good enough for that many seconds after its time. */
    private static boolean isUsable(StoredAnswer held, long now, long seconds, Wishes wishes) {
        long leftMs = held.life().leftMs(now);
        return leftMs <= 0
                && -leftMs < TimeUnit.SECONDS.toMillis(seconds)
                && !wishes.noCache()
                && wishes.minFreshMs() == 0
                && wishes.maxAgeMs() < 0;
    }

    /** Answers with what is held. */
    private void answer(
            StoredAnswer held, Lookup lookup, HttpServletRequest request, HttpServletResponse response, long start)
            throws IOException {
        long leftMs = held.life().leftMs(clock.millis());
        Result result = leftMs > 0 ? Result.HIT : Result.STALE;
        answer(held, CacheStatus.hit(leftMs), result, lookup, request, response, start);
    }

    private void answer(
            StoredAnswer held,
            String status,
            Result result,
            Lookup lookup,
            HttpServletRequest request,
            HttpServletResponse response,
            long start)
            throws IOException {
        if (ResponseTags.isInterface(lookup.path())) {
            // Servlets were counted when their permission was asked for.
            refusals.count(request, held.origin().management());
        }
        String template = held.origin().template();
        if (template != null) {
            RequestContext.of(request).template(template);
        }
        // Without sending it, which takes as long as the client does.
        long nanos = System.nanoTime() - start;
        RequestParts.cache(nanos, true);
        store.count(result, nanos);
        AnswerGroup group = held.origin().group();
        if (group != null && result != Result.COLLAPSED) {
            group.hit(held.origin().loadNanos() - nanos);
        }
        sender.sendHeld(held, held.life().ageMs(clock.millis()), status, lookup, response);
    }

    /**
     * Has the answer made.
     *
     * @param held what is held and has expired, or null
     * @param flight of those who wait for it, or null
     */
    private void make(
            Lookup lookup,
            @Nullable StoredAnswer held,
            Forward why,
            @Nullable Flight flight,
            HttpServletRequest request,
            HttpServletResponse response,
            FilterChain chain)
            throws IOException, ServletException {
        long start = System.nanoTime();
        long now = clock.millis();
        int mostBytes = (int) Math.min(Integer.MAX_VALUE - 8, settings.get(SettingsCatalogue.RESPONSE_LARGEST));
        HeldResponse holding = new HeldResponse(response, mostBytes, lookup.wantsGzip(), why.value(), () -> {
            if (flight != null) {
                // Nothing that others could take, and nothing that they should wait for.
                flight.end(null);
            }
        });
        boolean stale = held != null
                && (why == Forward.AHEAD || isUsable(held, now, lookup.rule().staleIfErrorSeconds(), lookup.wishes()));
        try {
            chain.doFilter(new PlainRequest(request, lookup.body(), holding), holding);
            holding.end();
        } catch (IOException | ServletException | RuntimeException e) {
            if (held != null && stale && !holding.isReleased() && isFault(e)) {
                LOG.warn("A kept answer was given in place of a failure, {}", lookup.path(), e);
                response.reset();
                answer(held, lookup, request, response, start);
                return;
            }
            throw e;
        }
        long nanos = System.nanoTime() - start;
        if (holding.isReleased()) {
            if (!request.isAsyncStarted()) {
                holding.finish();
            }
            store.count(Result.MISS, nanos);
            return;
        }
        Answer answer = holding.answer();
        if (held != null && stale && answer.status() >= HttpServletResponse.SC_INTERNAL_SERVER_ERROR) {
            response.reset();
            answer(held, lookup, request, response, start);
            return;
        }
        String template = RequestContext.of(request).template();
        AnswerGroup group = answer.status() == HttpServletResponse.SC_OK
                ? guarded(() -> adaptations.group(lookup.rule(), template))
                : null;
        long ttlMs = group == null ? lookup.ttlMs() : adaptations.ttlMs(group, lookup.ttlMs());
        boolean management = Refusals.isManagement(request);
        StoredAnswer made = stored(answer, lookup, group, ttlMs, management, template, now, nanos);
        boolean kept = Boolean.TRUE.equals(guarded(() -> keep(made, lookup, holding)));
        if (group != null) {
            guarded(() -> learn(group, made, kept, why, lookup));
        }
        if (flight != null) {
            // Those who wait do not wait for this client to read.
            flight.end(kept ? made : null);
        }
        String status = kept ? CacheStatus.stored(why, ttlMs) : why.value();
        sender.sendMade(made, status, lookup, response);
        store.count(Result.MISS, nanos);
    }

    private boolean learn(AnswerGroup group, StoredAnswer made, boolean kept, Forward why, Lookup lookup) {
        group.loads.increment();
        group.loadNanos.add(made.origin().loadNanos());
        if (kept) {
            adaptations.made(group, lookup.key(), made, lookup.ttlMs());
            if (why == Forward.AHEAD) {
                group.refreshedAhead.increment();
                store.refreshedAhead();
            }
        }
        return kept;
    }

    private boolean keep(StoredAnswer made, Lookup lookup, HeldResponse holding) {
        Fields fields = made.answer().fields();
        if (made.answer().status() != HttpServletResponse.SC_OK
                || holding.hasCookies()
                || Directives.of(fields).has("no-store")
                || fields.tokens("Vary").contains("*")
                || fields.has("Content-Range")
                || fields.has("Content-Encoding")
                || !store.holds(made)) {
            return false;
        }
        store.put(lookup.key(), made);
        return true;
    }

    private static StoredAnswer stored(
            Answer answer,
            Lookup lookup,
            @Nullable AnswerGroup group,
            long ttlMs,
            boolean management,
            @Nullable String template,
            long bornMs,
            long loadNanos) {
        Fields fields = answer.fields().endToEnd();
        if (answer.status() == HttpServletResponse.SC_OK && !fields.has("ETag")) {
            // For clients that ask again: the bytes name themselves.
            String digest = HexFormat.of().formatHex(Encoding.sha256(answer.body()), 0, 8);
            fields = fields.with("ETag", '"' + digest + '"');
        }
        Set<String> names = new TreeSet<>(fields.tokens("Vary"));
        names.removeAll(List.of("*", "accept-encoding"));
        long staleSeconds = Math.max(
                lookup.rule().staleWhileRevalidateSeconds(), lookup.rule().staleIfErrorSeconds());
        return new StoredAnswer(
                new Answer(answer.status(), fields, answer.body()),
                null,
                new StoredAnswer.Life(bornMs, ttlMs, TimeUnit.SECONDS.toMillis(staleSeconds)),
                new StoredAnswer.Origin(
                        lookup.path(),
                        StoredAnswer.varying(names, lookup.fields()),
                        lookup.tags(),
                        lookup.epoch(),
                        lookup.rule(),
                        group,
                        management,
                        template,
                        loadNanos));
    }

    /** Lets a write through, and outdates what it changes before its first byte is sent. */
    private void write(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String path = Lookups.path(request);
        WriteResponse writing = new WriteResponse(response, () -> {
            int status = response.getStatus();
            if (status < HttpServletResponse.SC_BAD_REQUEST || status >= HttpServletResponse.SC_INTERNAL_SERVER_ERROR) {
                outdate(path);
            }
        });
        boolean answered = false;
        try {
            chain.doFilter(request, writing);
            answered = true;
        } finally {
            if (!answered) {
                // Who knows how far it came.
                outdate(path);
            }
        }
        if (!request.isAsyncStarted()) {
            writing.finish();
        }
    }

    private void outdate(String path) {
        epochs.advance(ResponseTags.WRITES);
        List<String> tags = guarded(() -> rules.outdatedBy(path));
        if (tags != null) {
            tags.forEach(epochs::advance);
        }
    }

    /** Whether it is no answer that was meant. */
    private static boolean isFault(Exception thrown) {
        return !(thrown instanceof ProblemException problem)
                || problem.type().status() >= HttpServletResponse.SC_INTERNAL_SERVER_ERROR;
    }

    private <T> @Nullable T guarded(Supplier<@Nullable T> work) {
        try {
            return work.get();
        } catch (RuntimeException e) {
            failed(e);
            return null;
        }
    }

    /** Counts each failure and logs ever fewer of them: it may happen at the rate of requests. */
    private void failed(RuntimeException failure) {
        store.count(Result.ERROR, 0);
        long number = failures.incrementAndGet();
        if (Long.bitCount(number) == 1) {
            LOG.warn("The response cache failed, for the {}. time; requests go on without it", number, failure);
        }
    }
}
