package io.hone.live;

import io.hone.http.Json;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The latest events, so that a client whose connection broke can go on where it was. Bounded; thread-safe.
 *
 * <p>Sequence numbers start at the time of day, a thousand to the millisecond: a number from before a restart is always
 * below those after it, so the client is told to reload instead of resuming in the wrong place. They stay below 2^53 and
 * so are exact in JavaScript for some 280 years.
 */
final class EventLog {

    private static final int KEPT = 4_096;
    private static final long NUMBERS_A_MILLISECOND = 1_000;

    private final Deque<LiveEvent> events = new ArrayDeque<>();
    private final Clock clock;
    private long lastSeq;
    private long forgottenUpTo;

    EventLog(Clock clock) {
        this.clock = clock;
        lastSeq = clock.millis() * NUMBERS_A_MILLISECOND;
        forgottenUpTo = lastSeq;
    }

    /** Numbers an event and keeps it. */
    synchronized LiveEvent append(String topic, String event, Object data) {
        LiveEvent appended = number(topic, event, data);
        events.addLast(appended);
        if (events.size() > KEPT) {
            forgottenUpTo = events.removeFirst().seq();
        }
        return appended;
    }

    /** Numbers an event and keeps it not: its topic tells everything anew to whoever subscribes. */
    synchronized LiveEvent number(String topic, String event, Object data) {
        long seq = ++lastSeq;
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("type", "event");
        message.put("topic", topic);
        message.put("event", event);
        message.put("at", clock.instant());
        message.put("data", data);
        message.put("seq", seq);
        return new LiveEvent(seq, topic, Json.write(message));
    }

    /** Number of the newest event. */
    synchronized long lastSeq() {
        return lastSeq;
    }

    /** Events of some topics after a number; null where some of them may be forgotten. */
    synchronized @Nullable List<LiveEvent> since(long seq, Set<String> topics) {
        if (seq < forgottenUpTo || seq > lastSeq) {
            return null;
        }
        List<LiveEvent> missed = new ArrayList<>();
        for (LiveEvent event : events) {
            if (event.seq() > seq && topics.contains(event.topic())) {
                missed.add(event);
            }
        }
        return missed;
    }
}
