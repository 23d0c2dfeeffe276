package io.hone.responses;

import io.hone.responses.ResponseStore.Result;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One question on its way to another server, and its answer on the way to all who ask the same meanwhile. What the answer
 * begins with decides: where it may be held, it is collected while it passes, and everybody whom it suits gets it from its
 * beginning; where not, it passes to the one who asked first, and the others ask for themselves. What is not collected
 * passes as fast as the slowest reader takes it.
 *
 * <p>Thread-safe: the answer comes from one thread at a time, clients come and go on others. All that clients are told
 * comes from the answer's thread, and none of it with the lock held.
 */
final class Fetch implements Receiver {

    private static final Logger LOG = LoggerFactory.getLogger(Fetch.class);

    /** Failures after which a stale answer may be given (RFC 5861, section 4). */
    private static final List<Integer> FAILURES = List.of(500, 502, 503, 504);

    private static final String EVENTS = "text/event-stream";

    private final UpstreamCache cache;

    /** What is asked, and by which terms the answer is kept. */
    private final Asker asked;

    /** Who began it; null where nobody waits. */
    private final @Nullable Listener first;

    private final @Nullable StoredAnswer held;
    private final boolean validating;

    /** By which others find it; null where they are not to. */
    private final @Nullable String key;

    private final ReentrantLock lock = new ReentrantLock();
    private final List<Listener> waiting = new ArrayList<>();
    private boolean closed;

    /** How many want the answer, or may want it. */
    private int present;

    private boolean abandoned;
    private @Nullable Runnable abort;

    /** Those who get the answer. Only the answer's thread uses it, as all that follows. */
    private final List<Listener> listeners = new ArrayList<>();

    /** As it came, for the first. */
    private @Nullable Head told;

    /** The answer without its body, where it may be held; null where not, and before it is known. */
    private @Nullable StoredAnswer outline;

    private @Nullable ByteArrayOutputStream collected;
    private long length = -1;
    private boolean begun;
    private boolean discarding;
    private long discarded;
    private long startNanos;
    private long requestMs;

    /**
     * @param asked what, and for whom it is kept
     * @param waits whether the one who asks waits for the answer
     * @param held what is to be replaced; null for nothing
     * @param key by which others find it; null where they are not to
     */
    Fetch(UpstreamCache cache, Asker asked, boolean waits, @Nullable StoredAnswer held, @Nullable String key) {
        this.cache = cache;
        this.asked = asked;
        first = waits ? new Listener(asked) : null;
        this.held = held;
        this.key = key;
        validating = held != null && UpstreamCache.hasValidator(held.answer().fields());
        if (first != null) {
            waiting.add(first);
            present = 1;
        }
    }

    /** Begins to ask. */
    void start() {
        Listener listener = first;
        if (listener != null) {
            asked.client().onGone(() -> left(listener));
        }
        startNanos = System.nanoTime();
        requestMs = cache.now();
        StoredAnswer stale = held;
        asked.ask(
                stale != null && validating ? UpstreamCache.conditional(asked.question(), stale) : asked.question(),
                this);
    }

    /** Ends without having asked: all get what has come meanwhile. */
    void endWith(StoredAnswer since) {
        giveOrAskAlone(since, cache.now());
    }

    /**
     * Adds one who asks the same.
     *
     * @return false where it is too late for that
     */
    boolean join(Asker asker) {
        Listener listener = new Listener(asker);
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            waiting.add(listener);
            present++;
        } finally {
            lock.unlock();
        }
        asker.client().onGone(() -> left(listener));
        return true;
    }

    private void left(Listener listener) {
        lock.lock();
        try {
            waiting.remove(listener);
        } finally {
            lock.unlock();
        }
        dismiss(listener);
        listener.left();
    }

    /** One fewer wants the answer: if nobody is left, it ends here. */
    private void dismiss(Listener listener) {
        if (!listener.dismiss()) {
            return;
        }
        Runnable work = null;
        lock.lock();
        try {
            present--;
            if (present == 0 && first != null) {
                closed = true;
                abandoned = true;
                work = abort;
                abort = null;
            }
        } finally {
            lock.unlock();
        }
        if (work != null) {
            forget();
            work.run();
        }
    }

    /** Has somebody ask for himself, who waited for an answer that is none for him. */
    private void sendOff(Listener listener) {
        // First: who asks anew is told of by another fetch from then on.
        cache.alone(listener.asker());
        dismiss(listener);
    }

    /** Nobody may join from here on; returns who waits. */
    private List<Listener> close() {
        List<Listener> all;
        lock.lock();
        try {
            closed = true;
            all = List.copyOf(waiting);
            waiting.clear();
        } finally {
            lock.unlock();
        }
        forget();
        return all;
    }

    private void forget() {
        if (key != null) {
            cache.over(key, this);
        }
    }

    @Override
    public void begin(Head head) {
        begun = true;
        length = head.length();
        long now = cache.now();
        long nanos = System.nanoTime() - startNanos;
        cache.count(Result.MISS, nanos);
        StoredAnswer stale = held;
        if (stale != null && validating && head.status() == 304) {
            discarding = true;
            StoredAnswer renewed = cache.renewed(asked.terms(), stale, head.fields(), requestMs, now);
            giveOrAskAlone(renewed, now);
        } else if (stale != null
                && FAILURES.contains(head.status())
                && (first == null || cache.isUsableAfterFailure(stale, asked, false))) {
            discarding = true;
            giveAfterFailure(stale, now);
        } else if (asked.question().method().equals("HEAD")) {
            cache.compare(asked.terms(), stale, head, requestMs, now);
            pass(head);
        } else if (!isKeepable(head)) {
            cache.notKept(asked.terms(), stale, head.status());
            pass(head);
        } else {
            told = head;
            outline = UpstreamCache.stored(asked, head, requestMs, now, nanos);
            collected = new ByteArrayOutputStream();
            take();
        }
    }

    private boolean isKeepable(Head head) {
        String type = head.fields().first("Content-Type");
        return head.keepable()
                && head.length() <= cache.mostBytes()
                && (type == null || !type.toLowerCase(Locale.ROOT).startsWith(EVENTS))
                && Freshness.isStorable(
                        asked.question(),
                        head.status(),
                        head.fields(),
                        asked.terms().freshMs());
    }

    /** The answer goes to the first alone. */
    private void pass(Head head) {
        for (Listener listener : close()) {
            if (listener == first) {
                listeners.add(listener);
                asked.client().begin(head.marked(asked.why().value()));
            } else {
                sendOff(listener);
            }
        }
        discarding = listeners.isEmpty();
    }

    /** Gives what was checked, or has come meanwhile. */
    private void giveOrAskAlone(StoredAnswer now, long nowMs) {
        long leftMs = now.life().leftMs(nowMs);
        for (Listener listener : close()) {
            Asker asker = listener.asker();
            if (listener == first) {
                String status = begun ? CacheStatus.validated(leftMs) : CacheStatus.hit(leftMs);
                UpstreamCache.give(now, asker, status, nowMs);
            } else if (asker.accepts(now, nowMs)) {
                cache.count(Result.COLLAPSED, 0);
                UpstreamCache.give(now, asker, CacheStatus.collapsed(asker.why(), leftMs), nowMs);
            } else {
                sendOff(listener);
            }
        }
    }

    /** Gives what is stale, since nothing better is to be had. */
    private void giveAfterFailure(StoredAnswer stale, long now) {
        String status = CacheStatus.hit(stale.life().leftMs(now));
        for (Listener listener : close()) {
            if (suits(stale, listener) && cache.isUsableAfterFailure(stale, listener.asker(), false)) {
                UpstreamCache.give(stale, listener.asker(), status, now);
            } else {
                sendOff(listener);
            }
        }
    }

    private boolean suits(StoredAnswer stale, Listener listener) {
        return listener == first || stale.suits(listener.asker().question().fields());
    }

    /** Lets those who wait have the answer that is being collected, from its beginning. */
    private void take() {
        StoredAnswer answer = outline;
        ByteArrayOutputStream body = collected;
        if (answer == null || body == null) {
            return;
        }
        List<Listener> all;
        lock.lock();
        try {
            all = List.copyOf(waiting);
            waiting.clear();
        } finally {
            lock.unlock();
        }
        long now = cache.now();
        all.forEach(listener -> take(listener, answer, body, now));
    }

    private void take(Listener listener, StoredAnswer answer, ByteArrayOutputStream body, long now) {
        Asker asker = listener.asker();
        long leftMs = answer.life().leftMs(now);
        Head head = told;
        if (listener == first && head != null) {
            // Whether an answer without a length is not too long is known at its end only.
            String why = length < 0 ? asker.why().value() : CacheStatus.stored(asker.why(), leftMs);
            asker.client().begin(head.marked(why));
        } else if (asker.accepts(answer, now)) {
            cache.count(Result.COLLAPSED, 0);
            String status = CacheStatus.collapsed(asker.why(), leftMs);
            Answer given = UpstreamCache.given(answer, asker.question(), status, now);
            if (given.status() != answer.answer().status()) {
                UpstreamCache.give(answer, asker, status, now);
                dismiss(listener);
                return;
            }
            asker.client().begin(new Head(given.status(), given.fields(), length, true));
        } else {
            sendOff(listener);
            return;
        }
        listeners.add(listener);
        if (body.size() > 0) {
            listener.add(body.toByteArray(), false, () -> {});
        }
    }

    @Override
    public void add(byte[] bytes, boolean flush, Runnable more) {
        if (discarding) {
            discard(bytes.length, more);
            return;
        }
        take();
        ByteArrayOutputStream body = collected;
        if (body != null && body.size() + bytes.length > cache.mostBytes()) {
            body = null;
            collected = null;
            // Who comes now does not get its beginning.
            close().forEach(this::sendOff);
        }
        if (body != null) {
            body.writeBytes(bytes);
            listeners.forEach(listener -> listener.add(bytes, flush, () -> {}));
            more.run();
            return;
        }
        // One more than there are: nothing comes while this part is still handed round.
        AtomicInteger left = new AtomicInteger(listeners.size() + 1);
        Runnable taken = () -> {
            if (left.decrementAndGet() == 0) {
                more.run();
            }
        };
        listeners.forEach(listener -> listener.add(bytes, flush, taken));
        taken.run();
    }

    /** What nobody gets is read to its end, so that the connection serves again, unless it is long. */
    private void discard(int bytes, Runnable more) {
        discarded += bytes;
        Runnable work = null;
        if (discarded > cache.mostBytes()) {
            lock.lock();
            try {
                work = abort;
                abort = null;
            } finally {
                lock.unlock();
            }
        }
        (work == null ? more : work).run();
    }

    @Override
    public void end() {
        if (!begun) {
            fail(new IllegalStateException("An answer ended that had not begun"));
            return;
        }
        StoredAnswer answer = outline;
        ByteArrayOutputStream body = collected;
        if (answer != null && body != null && (length < 0 || length == body.size())) {
            Answer whole = new Answer(answer.answer().status(), answer.answer().fields(), body.toByteArray());
            // Kept first: who has read the end, and asks again, finds it.
            cache.keep(asked.terms(), new StoredAnswer(whole, null, answer.life(), answer.origin()));
        }
        if (answer != null && body != null) {
            long now = cache.now();
            close().forEach(listener -> take(listener, answer, body, now));
        }
        listeners.forEach(listener -> listener.asker().client().end());
    }

    @Override
    public void fail(Throwable failure) {
        long now = cache.now();
        StoredAnswer stale = begun ? null : held;
        if (first == null) {
            LOG.debug("A stale answer could not be replaced", failure);
        }
        for (Listener listener : close()) {
            Asker asker = listener.asker();
            if (stale != null && suits(stale, listener) && cache.isUsableAfterFailure(stale, asker, true)) {
                LOG.debug("A stale answer was given: no other could be had", failure);
                cache.count(Result.STALE, 0);
                UpstreamCache.give(stale, asker, CacheStatus.hit(stale.life().leftMs(now)), now);
            } else {
                asker.client().fail(failure);
            }
        }
        listeners.forEach(listener -> listener.asker().client().fail(failure));
    }

    @Override
    public void onGone(Runnable work) {
        boolean late;
        lock.lock();
        try {
            late = abandoned;
            abort = late ? null : work;
        } finally {
            lock.unlock();
        }
        if (late) {
            work.run();
        }
    }
}
