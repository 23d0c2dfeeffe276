package io.hone.forwarding;

import io.hone.gateway.Outcome;
import io.hone.gateway.Spender;
import io.hone.http.AsyncAnswer;
import io.hone.responses.CacheStatus;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One call whose answer goes to all who ask the same while it runs, each from its beginning, and is kept where it may be.
 * Thread-safe.
 */
final class Recording implements Sink {

    /** What a stream ends with, as OpenAI and Anthropic say it: without it something may be missing. */
    private static final List<String> ENDS = List.of("[DONE]", "message_stop", "response.completed");

    /** The end of a stream is in its last bytes. */
    private static final int END_BYTES = 16_384;

    /** What ends a recording: whole answers that may be kept, or nothing. */
    private final BiConsumer<Recording, @Nullable Long> over;

    private final int mostBytes;
    private final @Nullable Recorded stale;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Direct> listeners = new ArrayList<>();
    private final List<Spender> spenders = new ArrayList<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private int status;
    private List<String> fields = List.of();
    private long length = -1;
    private boolean stream;
    private boolean keepable;
    private boolean overflown;
    private boolean ended;

    /** What the provider says does not matter any more: all have the stale answer. */
    private boolean replaced;

    private @Nullable Throwable failure;
    private @Nullable Runnable abandoned;
    private int gone;

    /** Goes on once the one who sets the pace has taken its part, or left. */
    private Runnable waiting = () -> {};

    /**
     * @param mostBytes of the body: longer answers pass, and are neither shared from then on nor kept
     * @param stale given instead where the provider fails; null for nothing
     * @param over told once, with the cost of an answer that may be kept, else null
     */
    Recording(int mostBytes, @Nullable Recorded stale, Clock clock, BiConsumer<Recording, @Nullable Long> over) {
        this.mostBytes = mostBytes;
        this.stale = stale;
        this.clock = clock;
        this.over = over;
    }

    /**
     * Adds one who wants the answer.
     *
     * @param spender on whose account
     * @return false where its beginning is not there any more
     */
    boolean join(AsyncAnswer answer, Spender spender, String cacheStatus) {
        Direct listener = new Direct(answer, cacheStatus);
        lock.lock();
        try {
            if (overflown || failure != null) {
                return false;
            }
            if (status != 0) {
                listener.begin(status, fields, length, keepable);
                if (body.size() > 0) {
                    listener.add(body.toByteArray(), stream, () -> {});
                }
            }
            if (ended) {
                listener.end(0);
                return true;
            }
            listeners.add(listener);
            spenders.add(spender);
        } finally {
            lock.unlock();
        }
        answer.onGone(this::left);
        return true;
    }

    private void left() {
        Runnable work = null;
        Runnable next;
        // Then a part is being handed round, and who does that goes on by himself.
        boolean within = lock.isHeldByCurrentThread();
        lock.lock();
        try {
            next = waiting;
            gone++;
            // A plain answer is paid for already, and kept; the rest of a stream need not be bought.
            if (gone == listeners.size() && stream && !ended) {
                work = abandoned;
                abandoned = null;
            }
        } finally {
            lock.unlock();
        }
        if (work != null) {
            work.run();
        } else if (!within) {
            next.run();
        }
    }

    @Override
    public void begin(int answered, List<String> passed, long bytes, boolean mayBeKept) {
        if (stale != null && (Outcome.isFailure(answered) || Outcome.isBusy(answered))) {
            replace(stale);
            return;
        }
        lock.lock();
        try {
            status = answered;
            fields = passed;
            length = bytes;
            keepable = mayBeKept;
            for (int i = 0; i < passed.size(); i += 2) {
                stream |= passed.get(i).equalsIgnoreCase("Content-Type")
                        && passed.get(i + 1).toLowerCase(Locale.ROOT).startsWith(Delivery.EVENTS);
            }
            listeners.forEach(listener -> listener.begin(answered, passed, bytes, mayBeKept));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void add(byte[] bytes, boolean flush, Runnable more) {
        if (isStale()) {
            more.run();
            return;
        }
        Direct pacing = null;
        Runnable once = once(more);
        lock.lock();
        try {
            waiting = once;
            if (!overflown && body.size() + bytes.length > mostBytes) {
                overflown = true;
                body.reset();
            }
            if (!overflown) {
                body.writeBytes(bytes);
            }
            for (Direct listener : listeners) {
                if (overflown && pacing == null && gone == 0) {
                    // What is not held here must not pile up before a slow client: the first one sets the pace, as long
                    // as all are there.
                    pacing = listener;
                } else {
                    listener.add(bytes, flush, () -> {});
                }
            }
        } finally {
            lock.unlock();
        }
        if (pacing != null) {
            pacing.add(bytes, flush, once);
        } else {
            once.run();
        }
    }

    private static Runnable once(Runnable work) {
        AtomicBoolean done = new AtomicBoolean();
        return () -> {
            if (done.compareAndSet(false, true)) {
                work.run();
            }
        };
    }

    @Override
    public void end(long costNanoUsd) {
        if (isStale()) {
            return;
        }
        boolean kept;
        lock.lock();
        try {
            kept = keepable && !overflown && status == 200 && (!stream || hasEnd());
        } finally {
            lock.unlock();
        }
        // Kept first: who has read the end, and asks again, finds it.
        over.accept(this, kept ? costNanoUsd : null);
        lock.lock();
        try {
            ended = true;
            listeners.forEach(listener -> listener.end(costNanoUsd));
        } finally {
            lock.unlock();
        }
    }

    /** Gives what was kept already to those who wait here. */
    void replay(Recorded kept) {
        begin(kept.status(), kept.fields(), kept.body().length, false);
        add(kept.body(), stream, () -> {});
        over.accept(this, null);
        lock.lock();
        try {
            ended = true;
            listeners.forEach(listener -> listener.end(0));
        } finally {
            lock.unlock();
        }
    }

    /** Whether the stale answer was given in place of what the provider said. */
    boolean isStale() {
        lock.lock();
        try {
            return replaced;
        } finally {
            lock.unlock();
        }
    }

    /** Gives the stale answer to those who wait, and wants no more of the provider. */
    private void replace(Recorded old) {
        long now = clock.millis();
        List<Direct> all;
        Runnable work;
        lock.lock();
        try {
            replaced = true;
            ended = true;
            status = old.status();
            fields = old.fields(now);
            length = old.body().length;
            body.reset();
            body.writeBytes(old.body());
            all = List.copyOf(listeners);
            work = abandoned;
            abandoned = null;
        } finally {
            lock.unlock();
        }
        over.accept(this, null);
        for (Direct listener : all) {
            Direct told = new Direct(listener.answer(), CacheStatus.hit(old.leftMs(now)));
            told.begin(old.status(), old.fields(now), old.body().length, false);
            told.add(old.body(), false, () -> {});
            told.end(0);
        }
        if (work != null) {
            work.run();
        }
    }

    private boolean hasEnd() {
        byte[] all = body.toByteArray();
        int from = Math.max(0, all.length - END_BYTES);
        String last = new String(all, from, all.length - from, StandardCharsets.UTF_8);
        return ENDS.stream().anyMatch(last::contains);
    }

    @Override
    public void fail(Throwable thrown) {
        if (isStale()) {
            return;
        }
        List<Direct> all;
        boolean begun;
        lock.lock();
        try {
            begun = status != 0;
        } finally {
            lock.unlock();
        }
        if (stale != null && !begun && ProviderProblems.isOfProvider(thrown)) {
            replace(stale);
            return;
        }
        lock.lock();
        try {
            failure = thrown;
            all = List.copyOf(listeners);
        } finally {
            lock.unlock();
        }
        over.accept(this, null);
        all.forEach(listener -> listener.fail(thrown));
    }

    @Override
    public void onGone(Runnable work) {
        lock.lock();
        try {
            abandoned = work;
        } finally {
            lock.unlock();
        }
    }

    /** The answer, whole. */
    Recorded recorded(AnswerCache.Life life, long nowMs, String model, long costNanoUsd) {
        lock.lock();
        try {
            return new Recorded(
                    status,
                    new ArrayList<>(fields),
                    body.toByteArray(),
                    life.freshMs(),
                    life.keptMs(),
                    nowMs,
                    model,
                    costNanoUsd);
        } finally {
            lock.unlock();
        }
    }

    /** On whose account those were who asked for it, in turn. */
    List<Spender> spenders() {
        lock.lock();
        try {
            return List.copyOf(spenders);
        } finally {
            lock.unlock();
        }
    }
}
