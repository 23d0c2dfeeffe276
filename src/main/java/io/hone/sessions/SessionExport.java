package io.hone.sessions;

import io.hone.audit.Audit;
import io.hone.audit.AuditEntry;
import io.hone.criteria.CriteriaSets;
import io.hone.criteria.Judgement;
import io.hone.http.Json;
import io.hone.http.Page;
import io.hone.http.ProblemException;
import io.hone.sessions.StepRepository.Point;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Writes sessions with all that belongs to them, one JSON object a line (see {@link ExportLine}), as a file that
 * {@link SessionImport} takes back. Reads page by page, so memory does not grow with their number. Thread-safe.
 */
@Singleton
class SessionExport {

    private static final int PAGE = 200;
    private static final int MOST_POINTS = 5_000;
    private static final int MOST_ENTRIES = 500;

    private final Sessions sessions;
    private final SessionRepository repository;
    private final StepRepository steps;
    private final CriteriaSets criteria;
    private final Audit audit;
    private final Clock clock;

    @Inject
    SessionExport(
            Sessions sessions,
            SessionRepository repository,
            StepRepository steps,
            CriteriaSets criteria,
            Audit audit,
            Clock clock) {
        this.sessions = sessions;
        this.repository = repository;
        this.steps = steps;
        this.criteria = criteria;
        this.audit = audit;
        this.clock = clock;
    }

    /** What is done with each session. */
    @FunctionalInterface
    interface Each {
        void accept(SessionRow row) throws IOException;
    }

    /**
     * Goes through every session of a filter, in its order, a page at a time.
     *
     * @return how many there were
     */
    long forEach(SessionFilter filter, Each work) throws IOException {
        long count = 0;
        String cursor = null;
        do {
            Page<SessionRow> page = sessions.rows(filter, cursor, PAGE);
            for (SessionRow row : page.items()) {
                work.accept(row);
                count++;
            }
            cursor = page.nextCursor();
        } while (cursor != null);
        return count;
    }

    /**
     * Writes the file.
     *
     * @throws IOException when whoever reads it is gone; the file lacks its end then
     */
    void write(SessionFilter filter, OutputStream out) throws IOException {
        write(out, new ExportLine.Head(ExportLine.FORMAT, clock.instant()));
        Set<Session.CriteriaVersion> written = new HashSet<>();
        long count = forEach(filter, row -> {
            Session.CriteriaVersion bound = row.session().criteria();
            if (bound != null && written.add(bound)) {
                write(
                        out,
                        new ExportLine.CriteriaVersion(criteria.version(bound.name(), bound.version())
                                .orElseThrow(() -> new IllegalStateException("No criteria " + bound))
                                .criteria()));
            }
            write(out, row);
        });
        write(out, new ExportLine.End(count));
    }

    /**
     * A table of all there is in the sessions of a filter, for which they are read once.
     *
     * @throws ProblemException 422 where that takes too many columns
     */
    SessionTable table(SessionFilter filter) throws IOException {
        SessionTable.Everything everything = new SessionTable.Everything();
        forEach(filter, row -> everything.add(row.session()));
        return new SessionTable(everything.columns());
    }

    /**
     * Writes a table.
     *
     * @throws IOException when whoever reads it is gone
     */
    void write(SessionFilter filter, SessionTable table, OutputStream out) throws IOException {
        try (SessionTable.Rows rows = table.begin(out)) {
            forEach(filter, row -> rows.write(row.session()));
        }
    }

    private void write(OutputStream out, SessionRow row) throws IOException {
        UUID id = row.session().id();
        String judgement = row.session().criteria() == null ? null : repository.findJudgement(id);
        write(
                out,
                new ExportLine.Exported(
                        row.session(), judgement == null ? null : Json.read(judgement, Judgement.class)));
        for (String metric : row.session().metrics().keySet()) {
            writePoints(out, row, metric);
        }
        String cursor = null;
        do {
            Page<AuditEntry> page = audit.list(Audit.Filter.of("session", id.toString()), true, cursor, MOST_ENTRIES);
            write(out, new ExportLine.Entries(id, page.items()));
            cursor = page.nextCursor();
        } while (cursor != null);
    }

    private void writePoints(OutputStream out, SessionRow row, String metric) throws IOException {
        long number = steps.number(metric).orElseThrow();
        long from = 0;
        List<Point> points;
        do {
            points = steps.series(row.no(), number, from, Long.MAX_VALUE, MOST_POINTS);
            if (!points.isEmpty()) {
                from = points.get(points.size() - 1).step() + 1;
                write(
                        out,
                        new ExportLine.Points(
                                row.session().id(),
                                metric,
                                points.stream().map(Point::step).toList(),
                                points.stream()
                                        .map(point -> Instant.ofEpochMilli(point.at()))
                                        .toList(),
                                points.stream().map(Point::value).toList()));
            }
        } while (points.size() == MOST_POINTS);
    }

    private static void write(OutputStream out, ExportLine line) throws IOException {
        // As the interface, not as the record, or the type would be left out.
        out.write(Json.MAPPER.writerFor(ExportLine.class).writeValueAsBytes(line));
        out.write('\n');
    }
}
