package io.hone.forwarding;

import io.hone.http.AsyncAnswer;
import io.hone.responses.CacheStatus;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;

/**
 * Passes an answer to the one who asked.
 *
 * @param cacheStatus what its {@code Cache-Status} says
 */
record Direct(AsyncAnswer answer, String cacheStatus) implements Sink {

    @Override
    public void begin(int status, List<String> fields, long length, boolean keepable) {
        answer.begin(head -> {
            head.setStatus(status);
            put(fields, head);
            head.setHeader(CacheStatus.FIELD, cacheStatus);
            if (length >= 0) {
                head.setContentLengthLong(length);
            }
        });
    }

    /** Writes fields, whose names and values come in turn. */
    static void put(List<String> fields, HttpServletResponse head) {
        for (int i = 0; i < fields.size(); i += 2) {
            head.addHeader(fields.get(i), fields.get(i + 1));
        }
    }

    @Override
    public void add(byte[] bytes, boolean flush, Runnable more) {
        answer.add(bytes, flush, more);
    }

    @Override
    public void end(long costNanoUsd) {
        answer.end();
    }

    @Override
    public void fail(Throwable failure) {
        answer.fail(failure);
    }

    @Override
    public void onGone(Runnable work) {
        answer.onGone(work);
    }
}
