package io.hone.responses;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An answer that goes by.
 *
 * @param cacheStatus what its {@code Cache-Status} says
 * @param before told what it begins with, or null where it fails, before the client is
 */
record Passed(Receiver client, String cacheStatus, Consumer<@Nullable Head> before) implements Receiver {

    @Override
    public void begin(Head head) {
        before.accept(head);
        client.begin(head.marked(cacheStatus));
    }

    @Override
    public void add(byte[] bytes, boolean flush, Runnable more) {
        client.add(bytes, flush, more);
    }

    @Override
    public void end() {
        client.end();
    }

    @Override
    public void fail(Throwable failure) {
        before.accept(null);
        client.fail(failure);
    }

    @Override
    public void onGone(Runnable work) {
        client.onGone(work);
    }
}
