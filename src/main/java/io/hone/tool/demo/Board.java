package io.hone.tool.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

/** Opens sessions, sees each to its end, and tells the terminal. Thread-safe. */
final class Board {

    private final Reporter reporter;
    private final Clocks clocks;
    private final PrintWriter out;
    private final List<ReportedSession> all = new ArrayList<>();
    private final List<ReportedSession> open = new ArrayList<>();

    Board(Reporter reporter, Clocks clocks, PrintWriter out) {
        this.reporter = reporter;
        this.clocks = clocks;
        this.out = out;
    }

    /** Creates a session at the server and starts it. */
    ReportedSession open(NewSession draft) {
        ReportedSession session = new ReportedSession(draft, reporter.create(draft), reporter, clocks);
        synchronized (this) {
            all.add(session);
            open.add(session);
        }
        session.start();
        out.printf("started   %s%n", draft.name());
        return session;
    }

    /** Opens a session, does its work, and ends it: failed where training diverged, else completed. */
    ReportedSession run(NewSession draft, Consumer<ReportedSession> work) {
        ReportedSession session = open(draft);
        try {
            work.accept(session);
        } catch (DivergenceException e) {
            fail(session, String.valueOf(e.getMessage()));
            return session;
        } catch (CancellationException | ReportingException e) {
            throw e;
        } catch (RuntimeException e) { // a fault of the demo itself: the server shall know too
            fail(session, e.toString());
            throw e;
        }
        complete(session);
        return session;
    }

    void complete(ReportedSession session) {
        session.complete();
        closed(session);
    }

    void fail(ReportedSession session, String reason) {
        session.fail(reason);
        closed(session);
    }

    private void closed(ReportedSession session) {
        synchronized (this) {
            open.remove(session);
        }
        JsonNode answer = session.answer();
        StringJoiner line = new StringJoiner(" · ");
        line.add("finished  " + session.session().name());
        line.add(answer.path("status").asText());
        if (answer.hasNonNull("error")) {
            line.add(answer.path("error").path("message").asText());
        }
        line.add(verdict(answer));
        if (answer.path("verdict").asText().equals("not_met")) {
            line.add(missed(session));
        }
        out.println(line);
    }

    private static String verdict(JsonNode answer) {
        return answer.hasNonNull("criteria")
                ? "verdict " + answer.path("verdict").asText("undecided").replace('_', ' ')
                : "no criteria";
    }

    /** Which required criteria the server found missed, and by which values. */
    private String missed(ReportedSession session) {
        StringJoiner missed = new StringJoiner(", ");
        for (JsonNode result : reporter.verdict(session.id()).path("results")) {
            if (result.path("required").asBoolean(true)
                    && result.path("met").isBoolean()
                    && !result.path("met").asBoolean()) {
                missed.add("%s %s, wanted %s %s"
                        .formatted(
                                result.path("metric").asText(),
                                number(result.path("actual")),
                                result.path("op").asText(),
                                number(result.path("bound"))));
            }
        }
        return missed.length() == 0 ? "no required criterion named" : missed.toString();
    }

    /** Sets every session that is still under way to cancelled, as far as the server can be reached. */
    synchronized int cancelOpen() {
        int cancelled = 0;
        for (ReportedSession session : open) {
            try {
                reporter.cancel(session.id());
                out.printf("cancelled %s%n", session.session().name());
                cancelled++;
            } catch (RuntimeException e) {
                out.printf("left open %s%n", session.session().name());
            }
        }
        open.clear();
        out.flush();
        return cancelled;
    }

    /** Prints all sessions in the order they were created, with the last values the server answered. */
    synchronized void printTable() {
        out.println();
        out.printf(
                "%-46s %-10s %-9s %9s %11s %11s %9s%n",
                "session", "status", "verdict", "accuracy", "model bytes", "latency us", "seconds");
        for (ReportedSession session : all) {
            JsonNode answer = session.answer();
            JsonNode metrics = answer.path("metrics");
            JsonNode duration = answer.path("duration_ms");
            out.printf(
                    "%-46s %-10s %-9s %9s %11s %11s %9s%n",
                    (session.session().parent() == null ? "" : "  ")
                            + session.session().name(),
                    answer.path("status").asText(),
                    answer.hasNonNull("verdict")
                            ? answer.path("verdict").asText().replace('_', ' ')
                            : "-",
                    number(metrics.path("accuracy").path("last")),
                    number(metrics.path("model_bytes").path("last")),
                    number(metrics.path("latency_us").path("last")),
                    duration.isNumber() ? String.format(Locale.ROOT, "%.1f", duration.asDouble() / 1_000) : "-");
        }
        out.println();
    }

    /** Whole numbers as such, others to four significant digits or four places; a dash where there is none. */
    static String number(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return "-";
        }
        if (!value.isNumber()) {
            return value.asText(); // "NaN", "Infinity", "-Infinity"
        }
        double number = value.asDouble();
        if (number == Math.rint(number) && Math.abs(number) >= 2) {
            return String.format(Locale.ROOT, "%,.0f", number);
        }
        return String.format(Locale.ROOT, Math.abs(number) < 100 ? "%.4f" : "%.1f", number);
    }
}
