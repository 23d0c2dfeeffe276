package io.hone.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An answer whose parts come from elsewhere when they come: no thread waits for them, nor for a client that reads slowly.
 * Once it has begun, the servlet must return without touching the response. Thread-safe.
 */
public final class AsyncAnswer {

    private static final Logger LOG = LoggerFactory.getLogger(AsyncAnswer.class);

    /**
     * Some bytes on their way.
     *
     * @param flush whether they are sent at once, however few they are
     * @param taken what to do once they are written, so that the next part may come
     */
    private record Part(byte[] bytes, boolean flush, Runnable taken) {}

    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final AsyncContext async;
    private final ServletOutputStream out;
    private final ReentrantLock lock = new ReentrantLock();
    private final Queue<Part> parts = new ArrayDeque<>();
    private boolean flushDue;
    private boolean empty = true;
    private boolean begun;
    private boolean ended;
    private boolean completed;
    private @Nullable Runnable gone;

    private AsyncAnswer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        this.request = request;
        this.response = response;
        async = request.startAsync(request, response);
        async.setTimeout(0);
        out = response.getOutputStream();
        out.setWriteListener(new WriteListener() {
            @Override
            public void onWritePossible() {
                write();
            }

            @Override
            public void onError(Throwable failure) {
                lose();
            }
        });
    }

    /** Takes over the answer to a request, on the thread that the servlet was called on. */
    public static AsyncAnswer take(HttpServletRequest request, HttpServletResponse response) throws IOException {
        return new AsyncAnswer(request, response);
    }

    /**
     * Begins the answer.
     *
     * @param head sets status and fields
     * @return false if the client is gone, or the answer has begun already
     */
    public boolean begin(Consumer<HttpServletResponse> head) {
        lock.lock();
        try {
            if (begun || completed) {
                return false;
            }
            begun = true;
            head.accept(response);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Adds bytes to the answer.
     *
     * @param flush whether they are sent at once, however few they are
     * @param taken called once they are written and more may come; never, if the client is gone
     */
    public void add(byte[] bytes, boolean flush, Runnable taken) {
        lock.lock();
        try {
            if (ended || completed) {
                return;
            }
            parts.add(new Part(bytes, flush, taken));
            empty = false;
        } finally {
            lock.unlock();
        }
        write();
    }

    /** Ends the answer: it is whole. */
    public void end() {
        lock.lock();
        try {
            ended = true;
            // An answer without a body is sent by this alone, with the fields that belong to its end.
            flushDue |= empty;
        } finally {
            lock.unlock();
        }
        write();
    }

    /** Answers with the problem behind an exception; where the answer has begun, it is cut off for the client to see. */
    public void fail(Throwable failure) {
        RequestContext context = RequestContext.of(request);
        boolean late;
        lock.lock();
        try {
            late = begun;
            if (ended || completed) {
                return;
            }
            if (late) {
                completed = true;
                parts.clear();
            }
        } finally {
            lock.unlock();
        }
        if (late) {
            LOG.warn("An answer was cut off, request_id={}: {}", context.requestId(), failure.toString());
            Connections.end(request);
            async.complete();
            return;
        }
        ProblemException problem = Problems.of(failure, context);
        byte[] body = Problems.body(problem, request).getBytes(StandardCharsets.UTF_8);
        boolean hasBody = !"HEAD".equals(request.getMethod());
        if (begin(answer -> Problems.head(problem, body.length, answer))) {
            if (hasBody) {
                add(body, false, () -> {});
            }
            end();
        }
    }

    /** As {@link #fail}, for who waits no longer: as if the client had gone away then. */
    public void abandon(Throwable failure) {
        Runnable work;
        lock.lock();
        try {
            if (ended || completed) {
                return;
            }
            work = gone;
            gone = null;
        } finally {
            lock.unlock();
        }
        fail(failure);
        if (work != null) {
            work.run();
        }
    }

    /** Calls something, once, if the client goes away before the end; at once if it has. */
    public void onGone(Runnable work) {
        boolean late;
        lock.lock();
        try {
            late = completed && !ended;
            gone = work;
        } finally {
            lock.unlock();
        }
        if (late) {
            work.run();
        }
    }

    /** Writes what waits, as far as the client takes it; the container calls again when it takes more. */
    private void write() {
        List<Runnable> taken = new ArrayList<>(1);
        boolean whole = false;
        boolean lost = false;
        lock.lock();
        try {
            while (!completed && out.isReady()) {
                if (flushDue) {
                    flushDue = false;
                    out.flush();
                    continue;
                }
                Part part = parts.poll();
                if (part == null) {
                    whole = ended;
                    completed = ended;
                    break;
                }
                out.write(part.bytes());
                flushDue = part.flush();
                taken.add(part.taken());
            }
        } catch (IOException e) {
            LOG.debug("A client went away", e);
            lost = true;
        } finally {
            lock.unlock();
        }
        if (lost) {
            // Without the lock: who is told may hold another one, and wait for this.
            lose();
            return;
        }
        if (whole) {
            async.complete();
        }
        taken.forEach(Runnable::run);
    }

    private void lose() {
        Runnable work;
        lock.lock();
        try {
            if (completed) {
                return;
            }
            completed = true;
            parts.clear();
            work = gone;
            gone = null;
        } finally {
            lock.unlock();
        }
        async.complete();
        if (work != null) {
            work.run();
        }
    }
}
