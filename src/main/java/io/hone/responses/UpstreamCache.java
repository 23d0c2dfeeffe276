package io.hone.responses;

import io.hone.responses.CacheStatus.Forward;
import io.hone.responses.Flights.Flight;
import io.hone.responses.ResponseStore.Result;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers of other servers, held as their {@code Cache-Control} says: a shared cache by RFC 9111, with stale answers by
 * RFC 5861. Parts of answers (206) pass through. Thread-safe.
 */
public final class UpstreamCache {

    private static final Logger LOG = LoggerFactory.getLogger(UpstreamCache.class);

    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

    /** With these, a client asks about more than the answer of now: it passes. */
    private static final List<String> UNUSUAL = List.of("Range", "If-Range", "If-Match", "If-Unmodified-Since");

    private static final List<String> CONDITIONS = List.of("If-None-Match", "If-Modified-Since");

    /** What tells of a body, which the answer to a check does not have (RFC 9111, section 3.2). */
    private static final List<String> OF_THE_BODY = List.of(
            "Content-Length", "Content-Encoding", "Content-MD5", "Content-Range", "ETag", "Cache-Status", "Age");

    /** How long what has expired is worth asking about. */
    private static final long VALIDATABLE_MS = Duration.ofDays(1).toMillis();

    /** Failures after which a stale answer may be given (RFC 5861, section 4). */
    private static final Set<Integer> FAILURES = Set.of(500, 502, 503, 504);

    /** Where answers come from. */
    public interface Upstream {

        /**
         * Asks.
         *
         * @throws IOException where no answer came
         */
        Answer ask(Question question) throws IOException;
    }

    private final ResponseStore store;
    private final Clock clock;
    private final Executor background;
    private final Duration longestWait;
    private final Flights flights = new Flights();

    /**
     * @param background where stale answers are replaced after they were given
     * @param longestWait for an answer that another request is fetching
     */
    public UpstreamCache(ResponseStore store, Clock clock, Executor background, Duration longestWait) {
        this.store = store;
        this.clock = clock;
        this.background = background;
        this.longestWait = longestWait;
    }

    /**
     * Answers from what is held, or asks.
     *
     * @throws IOException where nothing is held that may be given, and asking failed
     */
    public Answer answer(Question question, Upstream upstream) throws IOException {
        String method = question.method();
        String key = CacheKeys.ofUri(question.uri());
        if (!method.equals("GET") && !method.equals("HEAD")) {
            return write(question, upstream, key);
        }
        Wishes wishes = Wishes.of(question.fields());
        if (wishes.noStore() || UNUSUAL.stream().anyMatch(question.fields()::has)) {
            Forward why = wishes.noStore() ? Forward.REQUEST : Forward.BYPASS;
            store.count(Result.BYPASS, 0);
            return marked(upstream.ask(question), why.value());
        }
        long start = System.nanoTime();
        long now = clock.millis();
        StoredAnswer held = store.find(key, question.fields());
        if (held != null) {
            Directives control = Directives.of(held.answer().fields());
            long leftMs = control.hasWhole("no-cache") ? 0 : held.life().leftMs(now);
            boolean accepted = leftMs > 0 || !Freshness.isStrict(control);
            if (accepted && wishes.accept(held.life().ageMs(now), leftMs)) {
                store.count(leftMs > 0 ? Result.HIT : Result.STALE, System.nanoTime() - start);
                return given(held, question, CacheStatus.hit(held.life().leftMs(now)), now);
            }
            if (isUsableMeanwhile(held, control, wishes, now)) {
                refresh(key, held, question, upstream);
                store.count(Result.STALE, System.nanoTime() - start);
                return given(held, question, CacheStatus.hit(held.life().leftMs(now)), now);
            }
        }
        if (wishes.onlyIfCached()) {
            return new Answer(504, Fields.of(CacheStatus.FIELD, CacheStatus.nothing()), new byte[0]);
        }
        Forward why = why(key, held, now);
        return held == null && method.equals("GET") && !wishes.noCache()
                ? together(key, why, question, upstream)
                : fetch(key, held, why, wishes, question, upstream, null);
    }

    /** One of those who ask for the same fetches it. */
    private Answer together(String key, Forward why, Question question, Upstream upstream) throws IOException {
        Flight flight = flights.join(key);
        Wishes wishes = Wishes.of(question.fields());
        if (!flight.isFirst()) {
            Optional<StoredAnswer> fetched = flight.await(longestWait);
            long now = clock.millis();
            if (fetched.isPresent()
                    && fetched.get().suits(question.fields())
                    && wishes.accept(
                            fetched.get().life().ageMs(now),
                            fetched.get().life().leftMs(now))
                    && !Directives.of(fetched.get().answer().fields()).hasWhole("no-cache")) {
                store.count(Result.COLLAPSED, 0);
                String status = CacheStatus.collapsed(why, fetched.get().life().leftMs(now));
                return given(fetched.get(), question, status, now);
            }
            return fetch(key, null, why, wishes, question, upstream, null);
        }
        try {
            return fetch(key, null, why, wishes, question, upstream, flight);
        } finally {
            flight.end(null);
        }
    }

    /** Asks, with conditions where something is held, and takes in what comes. */
    private Answer fetch(
            String key,
            @Nullable StoredAnswer held,
            Forward why,
            Wishes wishes,
            Question question,
            Upstream upstream,
            @Nullable Flight flight)
            throws IOException {
        long start = System.nanoTime();
        long requestMs = clock.millis();
        boolean validating = held != null && hasValidator(held.answer().fields());
        Question asked = held != null && validating ? question.with(conditional(question.fields(), held)) : question;
        Answer answer;
        try {
            answer = upstream.ask(asked);
        } catch (IOException e) {
            if (held != null && isUsableAfterFailure(held, wishes, true)) {
                LOG.debug("A stale answer was given: no other could be had", e);
                store.count(Result.STALE, System.nanoTime() - start);
                long now = clock.millis();
                return given(held, question, CacheStatus.hit(held.life().leftMs(now)), now);
            }
            throw e;
        }
        long now = clock.millis();
        store.count(Result.MISS, System.nanoTime() - start);
        if (held != null && FAILURES.contains(answer.status()) && isUsableAfterFailure(held, wishes, false)) {
            return given(held, question, CacheStatus.hit(held.life().leftMs(now)), now);
        }
        if (held != null && validating && answer.status() == 304) {
            StoredAnswer renewed = renewed(held, answer.fields(), requestMs, now);
            store.put(key, renewed);
            return given(renewed, question, CacheStatus.validated(renewed.life().leftMs(now)), now);
        }
        if (question.method().equals("HEAD")) {
            compare(key, held, answer, requestMs, now);
            return marked(answer, why.value());
        }
        if (!Freshness.isStorable(question, answer)) {
            if (held != null && answer.status() < 500) {
                // What is held is not the answer any more.
                store.remove(key, held);
            }
            return marked(answer, why.value());
        }
        StoredAnswer fetched = stored(question, answer, requestMs, now, System.nanoTime() - start);
        store.put(key, fetched);
        if (flight != null) {
            flight.end(fetched);
        }
        return marked(answer, CacheStatus.stored(why, fetched.life().leftMs(now)));
    }

    private Answer write(Question question, Upstream upstream, String key) throws IOException {
        Answer answer = upstream.ask(question);
        store.count(Result.BYPASS, 0);
        if (!SAFE.contains(question.method()) && answer.status() >= 200 && answer.status() < 400) {
            // RFC 9111, section 4.4.
            store.invalidate(key);
            for (String name : List.of("Location", "Content-Location")) {
                String other = sameOrigin(question.uri(), answer.fields().first(name));
                if (other != null) {
                    store.invalidate(CacheKeys.ofUri(other));
                }
            }
        }
        return marked(answer, Forward.METHOD.value());
    }

    private static @Nullable String sameOrigin(String uri, @Nullable String reference) {
        if (reference == null) {
            return null;
        }
        try {
            URI base = URI.create(uri);
            URI other = base.resolve(reference);
            boolean same = String.valueOf(base.getRawAuthority()).equals(String.valueOf(other.getRawAuthority()))
                    && String.valueOf(base.getScheme()).equals(String.valueOf(other.getScheme()));
            return same ? other.toString() : null;
        } catch (IllegalArgumentException e) {
            // It names nothing that could be held.
            return null;
        }
    }

    /** Replaces a stale answer, once, while others are given it. */
    private void refresh(String key, StoredAnswer held, Question question, Upstream upstream) {
        Flight flight = flights.join("refresh " + key);
        if (!flight.isFirst()) {
            return;
        }
        background.execute(() -> {
            try {
                Question plain = question.with(question.fields().without(CONDITIONS));
                fetch(key, held, Forward.STALE, Wishes.of(Fields.NONE), plain, upstream, null);
            } catch (IOException e) {
                LOG.debug("A stale answer could not be replaced", e);
            } finally {
                flight.end(null);
            }
        });
    }

    private static boolean isUsableMeanwhile(StoredAnswer held, Directives control, Wishes wishes, long now) {
        long meanwhileMs = Freshness.staleMs(control, "stale-while-revalidate", null);
        long pastMs = -held.life().leftMs(now);
        return meanwhileMs >= 0
                && pastMs >= 0
                && pastMs < meanwhileMs
                && !Freshness.isStrict(control)
                && !wishes.noCache()
                && wishes.maxAgeMs() < 0
                && wishes.minFreshMs() == 0;
    }

    /** Without any answer a stale one is better, unless somebody forbade it; an answer that is an error takes a word. */
    private boolean isUsableAfterFailure(StoredAnswer held, Wishes wishes, boolean lost) {
        Directives control = Directives.of(held.answer().fields());
        if (Freshness.isStrict(control) || wishes.noCache()) {
            return false;
        }
        long allowedMs = Freshness.staleMs(control, "stale-if-error", wishes);
        return allowedMs < 0 ? lost : -held.life().leftMs(clock.millis()) < allowedMs;
    }

    private Forward why(String key, @Nullable StoredAnswer held, long now) {
        if (held != null) {
            return held.life().leftMs(now) > 0 ? Forward.REQUEST : Forward.STALE;
        }
        return store.get(key).isEmpty() ? Forward.URI_MISS : Forward.VARY_MISS;
    }

    private static boolean hasValidator(Fields fields) {
        return fields.has("ETag") || fields.has("Last-Modified");
    }

    private static Fields conditional(Fields request, StoredAnswer held) {
        Fields asked = request.without(CONDITIONS);
        String tag = held.answer().fields().first("ETag");
        if (tag != null) {
            asked = asked.with("If-None-Match", tag);
        }
        String modified = held.answer().fields().first("Last-Modified");
        return modified == null ? asked : asked.with("If-Modified-Since", modified);
    }

    private StoredAnswer stored(Question question, Answer answer, long requestMs, long responseMs, long nanos) {
        Set<String> names = new TreeSet<>(answer.fields().tokens("Vary"));
        Fields fields = Freshness.storable(answer.fields());
        return new StoredAnswer(
                new Answer(answer.status(), fields, answer.body()),
                null,
                Freshness.life(answer.status(), answer.fields(), requestMs, responseMs, VALIDATABLE_MS),
                new StoredAnswer.Origin(
                        question.uri(),
                        StoredAnswer.varying(names, question.fields()),
                        List.of(),
                        0,
                        null,
                        null,
                        false,
                        null,
                        nanos));
    }

    /** What is held, with what a check said of it (RFC 9111, section 4.3.4). */
    private static StoredAnswer renewed(StoredAnswer held, Fields told, long requestMs, long responseMs) {
        Fields news = told.endToEnd().without(OF_THE_BODY);
        Fields fields = held.answer().fields().updatedBy(news);
        Fields aged = told.has("Age") ? fields.with("Age", String.valueOf(told.first("Age"))) : fields;
        return new StoredAnswer(
                new Answer(held.answer().status(), fields, held.answer().body()),
                held.gzip(),
                Freshness.life(held.answer().status(), aged, requestMs, responseMs, VALIDATABLE_MS),
                held.origin());
    }

    /** What a HEAD says of what is held (RFC 9111, section 4.3.5). */
    private void compare(String key, @Nullable StoredAnswer held, Answer told, long requestMs, long responseMs) {
        if (held == null || told.status() != 200) {
            return;
        }
        List<String> differing = new ArrayList<>(List.of("ETag", "Last-Modified"));
        differing.removeIf(name -> {
            String now = told.fields().first(name);
            return now == null || now.equals(held.answer().fields().first(name));
        });
        String length = told.fields().first("Content-Length");
        boolean sameLength =
                length == null || length.equals(Integer.toString(held.answer().body().length));
        if (differing.isEmpty() && sameLength) {
            store.put(key, renewed(held, told.fields(), requestMs, responseMs));
        } else {
            store.remove(key, held);
        }
    }

    /** What is held as the answer to that request. */
    private static Answer given(StoredAnswer held, Question question, String status, long now) {
        Answer answer = held.answer();
        long seconds = TimeUnit.MILLISECONDS.toSeconds(held.life().ageMs(now));
        Fields fields = answer.fields().with("Age", Long.toString(seconds)).with(CacheStatus.FIELD, status);
        if (answer.status() == 200 && Conditions.isKnown(question.fields(), answer.fields())) {
            return new Answer(
                    304, fields.without(List.of("Content-Length", "Content-Type", "Content-Encoding")), new byte[0]);
        }
        return new Answer(answer.status(), fields, answer.body());
    }

    private static Answer marked(Answer answer, String status) {
        return new Answer(answer.status(), answer.fields().endToEnd().with(CacheStatus.FIELD, status), answer.body());
    }
}
