package io.hone.live;

import io.hone.auth.Identity;
import io.hone.http.Json;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * One live client: its topics and what waits to be sent. One message is on its way at a time; when more wait than the
 * bound allows, all of them give way to a single message that tells the client to reload. Thread-safe.
 */
final class LiveConnection {

    private final BiConsumer<String, Consumer<SendResult>> sender;
    private final LiveCounts counts;
    private final int mostQueued;
    private final Runnable end;
    private volatile Identity identity;
    private final Set<String> topics = ConcurrentHashMap.newKeySet();
    private final Deque<String> queue = new ArrayDeque<>();
    private boolean sending;
    private boolean closed;
    private boolean resyncQueued;

    /**
     * A connection.
     *
     * @param sender sends a text and calls back when it has left
     * @param mostQueued messages that may wait
     * @param identity whose it is
     * @param end closes it because the access behind it has ended
     */
    LiveConnection(
            BiConsumer<String, Consumer<SendResult>> sender,
            LiveCounts counts,
            int mostQueued,
            Identity identity,
            Runnable end) {
        this.sender = sender;
        this.counts = counts;
        this.mostQueued = mostQueued;
        this.identity = identity;
        this.end = end;
    }

    static BiConsumer<String, Consumer<SendResult>> over(RemoteEndpoint.Async remote) {
        return (text, done) -> remote.sendText(text, done::accept);
    }

    Identity identity() {
        return identity;
    }

    /** Goes on with another token of the same caller. */
    void identity(Identity renewed) {
        identity = renewed;
    }

    /** Closes the connection: whose it is may no longer listen. */
    void end() {
        end.run();
    }

    Set<String> topics() {
        return topics;
    }

    synchronized void subscribe(List<String> added) {
        if (closed) {
            return;
        }
        for (String topic : added) {
            if (topics.add(topic)) {
                counts.subscribed(Topics.kind(topic), 1);
            }
        }
    }

    void unsubscribe(Iterable<String> removed) {
        for (String topic : removed) {
            if (topics.remove(topic)) {
                counts.subscribed(Topics.kind(topic), -1);
            }
        }
    }

    /** Sends an event if the client wants its topic. */
    void offer(LiveEvent event) {
        if (topics.contains(event.topic())) {
            send(event.json(), event.seq());
        }
    }

    /**
     * Sends a message, now or when those before it have left.
     *
     * @param seq number of the newest event, for the case that the client has to reload
     */
    void send(String json, long seq) {
        synchronized (this) {
            if (closed) {
                return;
            }
            if (queue.size() >= mostQueued) {
                // Memory stays bounded however slow the client is; what it misses it fetches again.
                queue.clear();
                queue.add(resync(seq));
                if (!resyncQueued) {
                    counts.resynced();
                }
                resyncQueued = true;
            } else {
                queue.add(json);
            }
            if (sending) {
                return;
            }
            sending = true;
        }
        sendNext();
    }

    void close() {
        synchronized (this) {
            closed = true;
            queue.clear();
            unsubscribe(List.copyOf(topics));
        }
    }

    private void sendNext() {
        String next;
        synchronized (this) {
            next = closed ? null : queue.poll();
            if (next == null) {
                sending = false;
                return;
            }
            // Where one was queued, it stood first: everything before it gave way.
            resyncQueued = false;
        }
        int bytes = next.getBytes(StandardCharsets.UTF_8).length;
        try {
            sender.accept(next, result -> {
                if (result.isOK()) {
                    counts.sent(bytes);
                } else {
                    counts.sendFailed();
                }
                sendNext();
            });
        } catch (RuntimeException e) {
            // The container refuses what comes after a close that is still on its way to us.
            counts.sendFailed();
            synchronized (this) {
                queue.clear();
                sending = false;
            }
        }
    }

    private static String resync(long seq) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("type", "resync");
        message.put("seq", seq);
        return Json.write(message);
    }
}
