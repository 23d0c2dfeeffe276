package io.hone.forwarding;

import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Takes a whole answer, up to a bound, for Hone itself. The provider's thread fills it; any may wait for it. */
final class Collecting implements Sink {

    /**
     * A whole answer.
     *
     * @param provider who gave it
     * @param costNanoUsd what it cost, in billionths of a dollar; 0 where that is not known
     */
    record Whole(int status, byte[] body, String provider, long costNanoUsd) {}

    private final int mostBytes;
    private final CompletableFuture<Whole> whole = new CompletableFuture<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private String provider;
    private int status;
    private volatile Runnable stop = () -> {};

    /**
     * @param provider who is asked
     * @param mostBytes longer answers fail
     */
    Collecting(String provider, int mostBytes) {
        this.provider = provider;
        this.mostBytes = mostBytes;
    }

    /** What comes of it: a whole answer, or why there is none. */
    CompletableFuture<Whole> whole() {
        return whole;
    }

    /** Nobody wants it any more. */
    void leave() {
        stop.run();
    }

    @Override
    public void begin(int began, List<String> fields, long length, boolean keepable) {
        status = began;
        for (int i = 0; i < fields.size(); i += 2) {
            if (fields.get(i).equals(Delivery.PROVIDER)) {
                provider = fields.get(i + 1);
            }
        }
    }

    @Override
    public void add(byte[] part, boolean flush, Runnable more) {
        if (body.size() + part.length > mostBytes) {
            whole.completeExceptionally(new ProblemException(
                    ProblemType.PROVIDER_UNUSABLE,
                    "The provider %s answered with over %d bytes".formatted(provider, mostBytes)));
            stop.run();
        } else {
            body.writeBytes(part);
            more.run();
        }
    }

    @Override
    public void end(long costNanoUsd) {
        whole.complete(new Whole(status, body.toByteArray(), provider, costNanoUsd));
    }

    @Override
    public void fail(Throwable failure) {
        whole.completeExceptionally(failure);
    }

    @Override
    public void onGone(Runnable work) {
        stop = work;
    }
}
