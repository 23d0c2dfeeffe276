package io.hone.tool.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One session under way at the server. Steps are gathered and sent, with the progress made, about four times a
 * second, so that watching is smooth and a thousand epochs do not make a thousand requests. Thread-safe.
 */
final class ReportedSession {

    private static final long FLUSH_AFTER_NANOS = 250_000_000;
    private static final int FLUSH_AFTER_STEPS = 500;

    private final NewSession session;
    private final Reporter reporter;
    private final Clocks clocks;
    private final List<Step> unsent = new ArrayList<>();
    private JsonNode answer;
    private double progress;
    private long lastFlush;

    /** @param created what the server answered when the session was created */
    ReportedSession(NewSession session, JsonNode created, Reporter reporter, Clocks clocks) {
        this.session = session;
        this.answer = created;
        this.reporter = reporter;
        this.clocks = clocks;
        this.lastFlush = clocks.nanoTime().getAsLong();
    }

    NewSession session() {
        return session;
    }

    String id() {
        return answer().path("id").asText();
    }

    /** The session as the server last answered it. */
    synchronized JsonNode answer() {
        return answer;
    }

    synchronized void start() {
        answer = reporter.putStatus(id(), "running", 0.0);
    }

    /**
     * Notes what was measured and sends it when it is time.
     *
     * @param done share of the session's work that is done, 0 to 1
     */
    synchronized void record(long step, Map<String, Double> metrics, double done) {
        unsent.add(new Step(step, clocks.wall().instant(), metrics));
        progress = done;
        long now = clocks.nanoTime().getAsLong();
        if (now - lastFlush >= FLUSH_AFTER_NANOS || unsent.size() >= FLUSH_AFTER_STEPS) {
            flush();
            answer = reporter.putStatus(id(), "running", progress);
            lastFlush = now;
        }
    }

    /** Sends what is left and ends the session. */
    synchronized void complete() {
        flush();
        answer = reporter.putStatus(id(), "completed", 1.0);
    }

    /** Sends what is left and ends the session as failed, for the reason given. */
    synchronized void fail(String reason) {
        flush();
        if (progress > 0) {
            answer = reporter.putStatus(id(), "running", progress);
        }
        answer = reporter.fail(id(), reason);
    }

    private void flush() {
        if (!unsent.isEmpty()) {
            reporter.putSteps(id(), List.copyOf(unsent));
            unsent.clear();
        }
    }
}
