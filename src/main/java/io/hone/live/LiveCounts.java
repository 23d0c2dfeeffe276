package io.hone.live;

import io.hone.metrics.Metrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts what happens on live connections. Thread-safe. */
@Singleton
class LiveCounts {

    /** Close codes of RFC 6455, section 7.4.1; any other counts as 0, so that clients cannot make up series. */
    private static final int LEAST_CODE = 1_000;

    private static final int GREATEST_CODE = 1_015;

    /**
     * All counts since the start.
     *
     * @param closed connections by close code
     * @param subscriptions held now, by kind of topic
     */
    record Snapshot(
            long opened,
            int active,
            Map<String, Long> closed,
            long messagesIn,
            long messagesOut,
            long bytesIn,
            long bytesOut,
            long sendFailures,
            long resyncs,
            Map<String, Integer> subscriptions) {}

    private final MeterRegistry registry;
    private final AtomicInteger active = new AtomicInteger();
    private final Map<Integer, Counter> closed = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> subscriptions = new ConcurrentHashMap<>();
    private final Counter opened;
    private final Counter messagesIn;
    private final Counter messagesOut;
    private final Counter bytesIn;
    private final Counter bytesOut;
    private final Counter sendFailures;
    private final Counter resyncs;

    @Inject
    LiveCounts(Metrics metrics) {
        registry = metrics.registry();
        opened = counter("hone.live.opened", "Live connections opened", null);
        messagesIn = counter("hone.live.received", "Messages from live clients", "messages");
        messagesOut = counter("hone.live.sent", "Messages to live clients", "messages");
        bytesIn = counter("hone.live.received.size", "Payload from live clients", "bytes");
        bytesOut = counter("hone.live.sent.size", "Payload to live clients", "bytes");
        sendFailures = counter("hone.live.send.failures", "Messages that could not be sent", null);
        resyncs = counter("hone.live.resyncs", "Times a slow client was told to reload", null);
        Gauge.builder("hone.live.connections", active, AtomicInteger::get)
                .description("Live connections open now")
                .register(registry);
    }

    void opened() {
        opened.increment();
        active.incrementAndGet();
    }

    void closed(int code) {
        active.decrementAndGet();
        int known = code >= LEAST_CODE && code <= GREATEST_CODE ? code : 0;
        closed.computeIfAbsent(known, key -> Counter.builder("hone.live.closed")
                        .description("Live connections closed, by close code")
                        .tag("code", Integer.toString(key))
                        .register(registry))
                .increment();
    }

    void received(int bytes) {
        messagesIn.increment();
        bytesIn.increment(bytes);
    }

    void sent(int bytes) {
        messagesOut.increment();
        bytesOut.increment(bytes);
    }

    void sendFailed() {
        sendFailures.increment();
    }

    void resynced() {
        resyncs.increment();
    }

    void subscribed(String topicKind, int change) {
        subscriptions
                .computeIfAbsent(topicKind, kind -> {
                    AtomicInteger count = new AtomicInteger();
                    Gauge.builder("hone.live.subscriptions", count, AtomicInteger::get)
                            .description("Subscriptions held now, by kind of topic")
                            .tag("topic", kind)
                            .register(registry);
                    return count;
                })
                .addAndGet(change);
    }

    Snapshot snapshot() {
        Map<String, Long> codes = new TreeMap<>();
        closed.forEach((code, counter) -> codes.put(Integer.toString(code), (long) counter.count()));
        Map<String, Integer> held = new TreeMap<>();
        subscriptions.forEach((kind, count) -> held.put(kind, count.get()));
        return new Snapshot(
                (long) opened.count(),
                active.get(),
                codes,
                (long) messagesIn.count(),
                (long) messagesOut.count(),
                (long) bytesIn.count(),
                (long) bytesOut.count(),
                (long) sendFailures.count(),
                (long) resyncs.count(),
                held);
    }

    private Counter counter(String name, String description, @org.jspecify.annotations.Nullable String unit) {
        Counter.Builder builder = Counter.builder(name).description(description);
        return (unit == null ? builder : builder.baseUnit(unit)).register(registry);
    }
}
