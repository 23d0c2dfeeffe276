package io.hone.responses;

import io.hone.responses.CacheStatus.Forward;
import io.hone.responses.ResponseStore.Result;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Answers of other servers, held as their {@code Cache-Control} says: a shared cache by RFC 9111, with stale answers by
 * RFC 5861. Answers come part by part, and no thread waits for them; of those that are not held, no more is in memory than
 * the client has not taken yet. Thread-safe.
 */
@Singleton
public class UpstreamCache {

    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE");
    private static final String RANGE = "Range";

    /** With these, a client asks about more than the answer of now: it passes. */
    private static final List<String> UNUSUAL = List.of("If-Range", "If-Match", "If-Unmodified-Since");

    private static final List<String> CONDITIONS = List.of("If-None-Match", "If-Modified-Since");

    /** What tells of a body, which the answer to a check does not have (RFC 9111, section 3.2). */
    private static final List<String> OF_THE_BODY = List.of(
            "Content-Length", "Content-Encoding", "Content-MD5", "Content-Range", "ETag", "Cache-Status", "Age");

    /** How long what has expired is worth asking about. */
    private static final long VALIDATABLE_MS = Duration.ofDays(1).toMillis();

    private static final int NOT_MODIFIED = 304;
    private static final int GATEWAY_TIMEOUT = 504;

    /** Where answers come from. */
    public interface Upstream {

        /**
         * Begins to ask, and returns. The fields that tell what is held already are those of the question, not of the
         * client's request.
         */
        void ask(Question question, Receiver reply);

        /**
         * The address that an answer names.
         *
         * @param reference value of a field such as {@code Location}, as the client gets it
         * @return a reference to be resolved against the address that was asked
         */
        default String meant(String reference) {
            return reference;
        }
    }

    private final ResponseStore store;
    private final Settings settings;
    private final Clock clock;
    private final Loners loners = new Loners();

    /** What is being fetched, by what may be answered with it. */
    private final ConcurrentMap<String, Fetch> running = new ConcurrentHashMap<>();

    @Inject
    UpstreamCache(ResponseStore store, Settings settings, Clock clock) {
        this.store = store;
        this.settings = settings;
        this.clock = clock;
    }

    /** Answers from what is held, or asks, and returns: what has to be waited for comes later, on another thread. */
    public void answer(Question question, Terms terms, Upstream upstream, Receiver client) {
        Wishes wishes = Wishes.of(question.fields());
        Asker asker = new Asker(question, terms, wishes, Forward.URI_MISS, upstream, client);
        boolean get = question.method().equals("GET");
        if (!get && !question.method().equals("HEAD")) {
            write(asker);
            return;
        }
        String past = past(asker);
        long start = System.nanoTime();
        long now = clock.millis();
        StoredAnswer held = past != null || terms.again() ? null : find(asker);
        if (past == null && question.fields().has(RANGE)) {
            if (held == null || !isFresh(held, asker, now) || !givePart(held, asker, now, start)) {
                past = Forward.BYPASS.value();
            } else {
                return;
            }
        }
        if (past != null) {
            store.count(Result.BYPASS, 0);
            asker.ask(question, new Passed(client, past, head -> {}));
            return;
        }
        if (held != null && giveHeld(held, asker, now, start)) {
            return;
        }
        if (wishes.onlyIfCached()) {
            Fields fields = Fields.of(CacheStatus.FIELD, CacheStatus.nothing());
            client.begin(new Head(GATEWAY_TIMEOUT, fields, 0, false));
            client.end();
            return;
        }
        fetch(asker.because(why(terms, held, now)), held, get);
    }

    /** Why a question goes past what is held; null where it does not. */
    private static @Nullable String past(Asker asker) {
        String why = asker.terms().past();
        if (why != null) {
            return CacheStatus.bypass(why);
        }
        if (asker.wishes().noStore()) {
            return Forward.REQUEST.value();
        }
        return asker.question().hasAny(UNUSUAL) ? Forward.BYPASS.value() : null;
    }

    private @Nullable StoredAnswer find(Asker asker) {
        Terms terms = asker.terms();
        StoredAnswer held = store.find(terms.key(), asker.question().fields());
        // What another rule held may have been held by other terms.
        boolean same = held != null
                && (terms.rule() == null
                        ? held.origin().rule() == null
                        : terms.rule().equals(held.origin().rule()));
        return same ? held : null;
    }

    /** Whether what is held may be given without asking anybody. */
    private static boolean isFresh(StoredAnswer held, Asker asker, long now) {
        Directives control = Directives.of(held.answer().fields());
        long leftMs = control.hasWhole("no-cache") ? 0 : held.life().leftMs(now);
        boolean accepted = leftMs > 0 || !Freshness.isStrict(control);
        return accepted && asker.wishes().accept(held.life().ageMs(now), leftMs);
    }

    private boolean giveHeld(StoredAnswer held, Asker asker, long now, long start) {
        boolean fresh = isFresh(held, asker, now);
        if (!fresh && !isUsableMeanwhile(held, asker, now)) {
            return false;
        }
        long leftMs = held.life().leftMs(now);
        store.count(leftMs > 0 ? Result.HIT : Result.STALE, System.nanoTime() - start);
        give(held, asker, CacheStatus.hit(leftMs), now);
        if (!fresh) {
            refresh(held, asker);
        }
        return true;
    }

    private boolean givePart(StoredAnswer held, Asker asker, long now, long start) {
        String status = CacheStatus.hit(held.life().leftMs(now));
        Answer whole = given(held, asker.question(), status, now);
        String range = String.valueOf(asker.question().fields().joined(RANGE));
        Answer part = whole.status() == NOT_MODIFIED ? whole : Ranges.part(whole, range);
        if (part == null || asker.question().method().equals("HEAD")) {
            return false;
        }
        store.count(Result.HIT, System.nanoTime() - start);
        send(part, asker);
        return true;
    }

    /** Asks, together with those who ask the same at the moment. */
    private void fetch(Asker asker, @Nullable StoredAnswer held, boolean get) {
        // Who has something and asks whether it still holds gets an answer that others can do nothing with.
        boolean checks = held == null && asker.question().hasAny(CONDITIONS);
        boolean joins = get
                && !asker.wishes().noCache()
                && !asker.terms().again()
                && !loners.contains(asker.terms().key(), clock.millis());
        if (!joins) {
            start(asker, held);
            return;
        }
        String key = flight(asker);
        while (true) {
            Fetch other = running.get(key);
            if (other != null && other.join(asker)) {
                return;
            }
            if (other != null) {
                running.remove(key, other);
            } else if (checks) {
                start(asker, held);
                return;
            } else {
                Fetch mine = new Fetch(this, asker, true, held, key);
                if (running.putIfAbsent(key, mine) == null) {
                    lead(mine, asker, held);
                    return;
                }
            }
        }
    }

    private void lead(Fetch mine, Asker asker, @Nullable StoredAnswer held) {
        long now = clock.millis();
        // The same may have come between the look and the turn.
        StoredAnswer since = find(asker);
        if (since != null && !since.equals(held) && isFresh(since, asker, now)) {
            store.count(Result.HIT, 0);
            mine.endWith(since);
        } else {
            mine.start();
        }
    }

    /** Asks for one alone. */
    private void start(Asker asker, @Nullable StoredAnswer held) {
        new Fetch(this, asker, true, held, null).start();
    }

    /** Asks for one who waited for an answer that was none for others. */
    void alone(Asker asker) {
        start(asker, null);
    }

    /** Only those wait for each other who saw the same writes, and ask for the same variant, as far as that is known. */
    private String flight(Asker asker) {
        List<StoredAnswer> known = store.get(asker.terms().key());
        StringBuilder key = new StringBuilder(asker.terms().key());
        key.append('\n').append(asker.terms().epoch());
        if (!known.isEmpty()) {
            List<String> names = new ArrayList<>();
            known.get(0).origin().varying().forEach((name, value) -> names.add(name));
            key.append('\n').append(StoredAnswer.varying(names, asker.question().fields()));
        }
        return key.toString();
    }

    /** Nobody may join it any more. */
    void over(String key, Fetch fetch) {
        running.remove(key, fetch);
    }

    /** Replaces a stale answer, once, while others are given it. */
    private void refresh(StoredAnswer held, Asker asker) {
        Fields plain = asker.question().fields().without(CONDITIONS);
        Asker nobody = new Asker(
                new Question("GET", asker.question().uri(), plain),
                asker.terms(),
                Wishes.of(Fields.NONE),
                Forward.STALE,
                asker.upstream(),
                asker.client());
        String key = flight(nobody);
        Fetch mine = new Fetch(this, nobody, false, held, key);
        if (running.putIfAbsent(key, mine) == null) {
            mine.start();
        }
    }

    private void write(Asker asker) {
        store.count(Result.BYPASS, 0);
        boolean safe = SAFE.contains(asker.question().method());
        Passed passed = new Passed(asker.client(), Forward.METHOD.value(), head -> {
            // Without an answer, who knows how far it came.
            if (!safe && (head == null || (head.status() >= 200 && head.status() < 400))) {
                outdate(asker, head == null ? Fields.NONE : head.fields());
            }
        });
        asker.ask(asker.question(), passed);
    }

    /** A write changed what is held, for whomever it is (RFC 9111, section 4.4). */
    private void outdate(Asker asker, Fields told) {
        Terms terms = asker.terms();
        Set<String> tags = new TreeSet<>(terms.outdates());
        tags.add(Terms.tagOf(terms.space(), asker.question().uri()));
        for (String name : List.of("Location", "Content-Location")) {
            String reference = told.first(name);
            String other = reference == null
                    ? null
                    : sameOrigin(asker.question().uri(), asker.upstream().meant(reference));
            if (other != null) {
                tags.add(Terms.tagOf(terms.space(), other));
            }
        }
        store.invalidate(terms.key());
        store.outdate(tags);
    }

    private static @Nullable String sameOrigin(String uri, String reference) {
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

    private static boolean isUsableMeanwhile(StoredAnswer held, Asker asker, long now) {
        Directives control = Directives.of(held.answer().fields());
        Wishes wishes = asker.wishes();
        long meanwhileMs = Freshness.staleMs(
                control, "stale-while-revalidate", asker.terms().staleWhileRevalidateSeconds(), null);
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
    boolean isUsableAfterFailure(StoredAnswer held, Asker asker, boolean lost) {
        Directives control = Directives.of(held.answer().fields());
        if (Freshness.isStrict(control) || asker.wishes().noCache()) {
            return false;
        }
        long allowedMs =
                Freshness.staleMs(control, "stale-if-error", asker.terms().staleIfErrorSeconds(), asker.wishes());
        return allowedMs < 0 ? lost : -held.life().leftMs(clock.millis()) < allowedMs;
    }

    private Forward why(Terms terms, @Nullable StoredAnswer held, long now) {
        if (terms.again()) {
            return Forward.REQUEST;
        }
        if (held != null) {
            return held.life().leftMs(now) > 0 ? Forward.REQUEST : Forward.STALE;
        }
        return store.get(terms.key()).isEmpty() ? Forward.URI_MISS : Forward.VARY_MISS;
    }

    static boolean hasValidator(Fields fields) {
        return fields.has("ETag") || fields.has("Last-Modified");
    }

    /** A question whether what is held still holds. */
    static Question conditional(Question question, StoredAnswer held) {
        Fields asked = question.fields().without(CONDITIONS);
        String tag = held.answer().fields().first("ETag");
        if (tag != null) {
            asked = asked.with("If-None-Match", tag);
        }
        String modified = held.answer().fields().first("Last-Modified");
        return question.with(modified == null ? asked : asked.with("If-Modified-Since", modified));
    }

    long now() {
        return clock.millis();
    }

    /** Bytes of the largest answer that is held. */
    int mostBytes() {
        return (int) Math.min(Integer.MAX_VALUE - 8, settings.get(SettingsCatalogue.RESPONSE_LARGEST));
    }

    void count(Result result, long nanos) {
        store.count(result, nanos);
    }

    /** An answer as it may be held once its body is there. */
    static StoredAnswer stored(Asker asker, Head head, long requestMs, long responseMs, long nanos) {
        Terms terms = asker.terms();
        Question question = asker.question();
        Set<String> names = new TreeSet<>(head.fields().tokens("Vary"));
        return new StoredAnswer(
                new Answer(head.status(), Freshness.storable(head.fields()), new byte[0]),
                null,
                Freshness.life(head.status(), head.fields(), requestMs, responseMs, terms.freshMs(), VALIDATABLE_MS),
                new StoredAnswer.Origin(
                        terms.path(),
                        StoredAnswer.varying(names, question.fields()),
                        Terms.tags(terms.space(), question.uri(), terms.rule()),
                        terms.epoch(),
                        terms.rule(),
                        null,
                        false,
                        null,
                        nanos));
    }

    /** Holds an answer that may be held. */
    void keep(Terms terms, StoredAnswer answer) {
        loners.remove(terms.key());
        store.put(terms.key(), answer);
    }

    /** An answer was not for others: that what is held is not the answer any more, it says too. */
    void notKept(Terms terms, @Nullable StoredAnswer held, int status) {
        if (status < 500 && status != NOT_MODIFIED) {
            loners.add(terms.key(), clock.millis());
            if (held != null) {
                store.remove(terms.key(), held);
            }
        }
    }

    /** What is held, with what a check said of it (RFC 9111, section 4.3.4). */
    StoredAnswer renewed(Terms terms, StoredAnswer held, Fields told, long requestMs, long responseMs) {
        Fields news = told.endToEnd().without(OF_THE_BODY);
        Fields fields = held.answer().fields().updatedBy(news);
        Fields aged = told.has("Age") ? fields.with("Age", String.valueOf(told.first("Age"))) : fields;
        int status = held.answer().status();
        StoredAnswer renewed = new StoredAnswer(
                new Answer(status, fields, held.answer().body()),
                held.gzip(),
                Freshness.life(status, aged, requestMs, responseMs, terms.freshMs(), VALIDATABLE_MS),
                held.origin());
        store.put(terms.key(), renewed);
        return renewed;
    }

    /** What a HEAD says of what is held (RFC 9111, section 4.3.5). */
    void compare(Terms terms, @Nullable StoredAnswer held, Head told, long requestMs, long responseMs) {
        if (held == null || told.status() != 200) {
            return;
        }
        List<String> differing = new ArrayList<>(List.of("ETag", "Last-Modified"));
        differing.removeIf(name -> {
            String now = told.fields().first(name);
            return now == null || now.equals(held.answer().fields().first(name));
        });
        boolean sameLength = told.length() < 0 || told.length() == held.answer().body().length;
        if (differing.isEmpty() && sameLength) {
            renewed(terms, held, told.fields(), requestMs, responseMs);
        } else {
            store.remove(terms.key(), held);
        }
    }

    /** Answers with what is held. */
    static void give(StoredAnswer held, Asker asker, String status, long now) {
        send(given(held, asker.question(), status, now), asker);
    }

    private static void send(Answer answer, Asker asker) {
        Receiver client = asker.client();
        boolean bodiless = answer.status() == NOT_MODIFIED;
        client.begin(new Head(answer.status(), answer.fields(), bodiless ? -1 : answer.body().length, false));
        if (answer.body().length > 0 && !asker.question().method().equals("HEAD")) {
            client.add(answer.body(), false, () -> {});
        }
        client.end();
    }

    /** What is held as the answer to that request. */
    static Answer given(StoredAnswer held, Question question, String status, long now) {
        Answer answer = held.answer();
        long seconds = TimeUnit.MILLISECONDS.toSeconds(held.life().ageMs(now));
        Fields fields = answer.fields().with("Age", Long.toString(seconds)).with(CacheStatus.FIELD, status);
        if (answer.status() == 200 && Conditions.isKnown(question.fields(), answer.fields())) {
            return new Answer(
                    NOT_MODIFIED,
                    fields.without(List.of("Content-Length", "Content-Type", "Content-Encoding")),
                    new byte[0]);
        }
        return new Answer(answer.status(), fields, answer.body());
    }
}
