package io.hone.sessions;

import io.hone.audit.Audit;
import io.hone.audit.AuditEntry;
import io.hone.criteria.Criteria;
import io.hone.criteria.CriteriaSets;
import io.hone.criteria.Judgement;
import io.hone.criteria.StoredCriteria;
import io.hone.database.Database;
import io.hone.database.Transaction;
import io.hone.events.Events;
import io.hone.http.Caller;
import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import io.hone.http.Uuids;
import io.hone.sessions.StepRepository.Point;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes in what {@link SessionExport} wrote, or lines that carry what {@code POST /sessions} takes: all of it in one
 * transaction, or nothing. The file is kept in the data folder while it is read, and checked before the transaction
 * begins: neither a slow client nor a bad line keeps other writers waiting. Thread-safe.
 */
@Singleton
class SessionImport {

    private static final Logger LOG = LoggerFactory.getLogger(SessionImport.class);

    private static final String PREFIX = "import-";
    private static final String SUFFIX = ".ndjson";
    private static final int BUFFER = 1 << 16;

    /** Sessions after which what was put off is done, so that memory stays flat. */
    private static final int SETTLED_AT_ONCE = 500;

    /** What to do with a session that is here already. */
    enum Existing {
        REFUSE,
        SKIP
    }

    /**
     * What came in.
     *
     * @param sessions new ones
     * @param steps recorded values
     * @param skipped sessions that were here already
     */
    record Answer(long sessions, long steps, long auditEntries, long skipped) {}

    private final SessionRepository repository;
    private final SessionCreation creation;
    private final StepRepository steps;
    private final CriteriaSets criteria;
    private final Database database;
    private final Audit audit;
    private final Events events;
    private final Clock clock;
    private final Path folder;

    @Inject
    SessionImport(
            SessionRepository repository,
            SessionCreation creation,
            StepRepository steps,
            CriteriaSets criteria,
            Database database,
            Audit audit,
            Events events,
            Settings settings,
            Clock clock) {
        this.repository = repository;
        this.creation = creation;
        this.steps = steps;
        this.criteria = criteria;
        this.database = database;
        this.audit = audit;
        this.events = events;
        this.clock = clock;
        folder = Path.of(settings.get(SettingsCatalogue.DATA_DIR));
        deleteLeftOver();
    }

    /** What an import left behind that ended with its process. */
    private void deleteLeftOver() {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, PREFIX + "*" + SUFFIX)) {
            for (Path file : files) {
                Files.delete(file);
            }
        } catch (IOException e) {
            LOG.warn("A file of an import that was cut off could not be deleted", e);
        }
    }

    /**
     * Imports.
     *
     * @param body the file; read to its end, not closed
     * @param exportedTaken whether exported lines are taken, which say who did what
     * @throws ProblemException 422 naming the first bad line, 403 for exported lines where they are not taken, 503 if
     *     the data folder takes no more
     * @throws IOException if the body ends early
     */
    Answer run(Caller caller, InputStream body, Existing existing, boolean exportedTaken) throws IOException {
        Path file = stored(() -> Files.createTempFile(folder, PREFIX, SUFFIX));
        try {
            keep(body, file);
            ImportFile.read(file, new ImportChecks(exportedTaken));
            record Done(Answer answer, List<Criteria> criteria) {}
            Done done = database.write(transaction -> {
                Load load = new Load(transaction, caller, existing);
                load.read(file);
                return new Done(load.answer(), load.newCriteria);
            });
            criteria.imported(done.criteria());
            events.fire(new SessionsImported(done.answer().sessions()));
            return done.answer();
        } finally {
            Files.delete(file);
        }
    }

    private static void keep(InputStream body, Path file) throws IOException {
        byte[] buffer = new byte[BUFFER];
        try (OutputStream out = stored(() -> Files.newOutputStream(file))) {
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                int length = read;
                stored(() -> {
                    out.write(buffer, 0, length);
                    return length;
                });
            }
        }
    }

    /** What the data folder does; unlike the client's end of the line its failure is the server's. */
    private interface Storing<T> {
        T run() throws IOException;
    }

    private static <T> T stored(Storing<T> storing) {
        try {
            return storing.run();
        } catch (IOException e) {
            LOG.error("The data folder did not take an import", e);
            throw new ProblemException(
                    ProblemType.STORAGE_UNAVAILABLE, "The data folder did not take the file; nothing of it is stored");
        }
    }

    /** One file on its way into the database. */
    private final class Load implements ImportFile.Reader {

        /** A child whose parent did not come before it. */
        private record Orphan(long line, long no, UUID parent, boolean deleted) {

            String pointer() {
                return "/%d/session/parent_id".formatted(line);
            }
        }

        private final Transaction transaction;
        private final Caller caller;
        private final Existing existing;
        private final List<Criteria> newCriteria = new ArrayList<>();
        private final Map<Session.CriteriaVersion, Long> criteriaNumbers = new HashMap<>();
        private final Map<String, Long> metricNumbers = new HashMap<>();
        private final List<Orphan> orphans = new ArrayList<>();
        private final Map<Long, Integer> children = new HashMap<>();
        private final Set<Long> newParents = new HashSet<>();
        private final Map<Long, MetricSummary> summaries = new HashMap<>();

        /** Row of the session whose values and audit come now; 0 for one that is skipped. */
        private long current;

        private long sessions;
        private long values;
        private long entries;
        private long skipped;

        Load(Transaction transaction, Caller caller, Existing existing) {
            this.transaction = transaction;
            this.caller = caller;
            this.existing = existing;
        }

        void read(Path file) {
            try {
                ImportFile.read(file, this);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        Answer answer() {
            return new Answer(sessions, values, entries, skipped);
        }

        @Override
        public void body(long number, NewSession body) {
            finish();
            if (body.id() == null || !isHere(body.id())) {
                creation.create(transaction, caller, body);
                count();
            }
        }

        @Override
        public void line(long number, ExportLine line) {
            if (line instanceof ExportLine.CriteriaVersion version) {
                add(version.criteria());
            } else if (line instanceof ExportLine.Exported exported) {
                finish();
                if (!isHere(exported.session().id())) {
                    add(number, exported.session(), exported.judgement());
                    count();
                }
            } else if (current != 0 && line instanceof ExportLine.Points points) {
                add(points);
            } else if (current != 0 && line instanceof ExportLine.Entries more) {
                for (AuditEntry entry : more.entries()) {
                    audit.restore(transaction, entry);
                    entries++;
                }
            }
        }

        @Override
        public void end(long number) {
            finish();
            for (Orphan orphan : orphans) {
                adopt(orphan);
            }
            for (Orphan orphan : orphans) {
                if (repository.isItsOwnAncestor(transaction, orphan.no())) {
                    throw ProblemException.invalid(orphan.pointer(), "makes the session its own ancestor");
                }
            }
            children.forEach((no, count) -> {
                if (newParents.contains(no)) {
                    repository.setChildren(transaction, no, count);
                } else {
                    repository.countChildren(transaction, no, count);
                }
            });
            audit.write(
                    transaction,
                    caller,
                    "sessions.imported",
                    "import",
                    Uuids.create().toString(),
                    Map.of("sessions", sessions, "steps", values, "audit_entries", entries, "skipped", skipped));
        }

        private void adopt(Orphan orphan) {
            SessionRow parent = repository
                    .find(transaction, orphan.parent())
                    .orElseThrow(() -> ProblemException.invalid(
                            orphan.pointer(), "names a session that is neither here nor in the file"));
            requireSameSide(parent, orphan.deleted(), orphan.pointer());
            repository.setParent(transaction, orphan.no(), parent.no());
            if (!orphan.deleted()) {
                children.merge(parent.no(), 1, Integer::sum);
            }
        }

        /** What is below the bin is in it: a purge takes all of it. */
        private void requireSameSide(SessionRow parent, boolean deleted, String pointer) {
            if (parent.session().deletedAt() != null && !deleted) {
                throw ProblemException.invalid(pointer, "names a session that is in the bin");
            }
        }

        private boolean isHere(UUID id) {
            boolean here = repository.number(transaction, id).isPresent();
            if (here && existing == Existing.REFUSE) {
                throw ProblemException.invalid(
                        "", "is session %s, which is here already; existing=skip leaves such out".formatted(id));
            }
            skipped += here ? 1 : 0;
            return here;
        }

        private void count() {
            sessions++;
            if (sessions % SETTLED_AT_ONCE == 0) {
                transaction.settle();
            }
        }

        private void add(Criteria version) {
            CriteriaSets.Imported imported = criteria.importing(transaction, caller, version);
            criteriaNumbers.put(new Session.CriteriaVersion(version.name(), version.version()), imported.no());
            if (imported.isNew()) {
                newCriteria.add(version);
            }
        }

        private void add(long line, Session session, @Nullable Judgement judgement) {
            Long criteriaNo = session.criteria() == null ? null : (Long) criteriaNo(session.criteria());
            SessionRow parent = session.parentId() == null
                    ? null
                    : repository.find(transaction, session.parentId()).orElse(null);
            boolean deleted = session.deletedAt() != null;
            if (parent != null) {
                requireSameSide(parent, deleted, "/session/parent_id");
            }
            long parentNo = parent == null ? 0 : parent.no();
            Long lease = session.status().isFinal() ? null : SessionChanges.leaseEnd(session, clock.millis());
            repository.insert(transaction, session, parentNo, criteriaNo, lease);
            current = repository.number(transaction, session.id()).orElseThrow();
            repository.update(
                    transaction,
                    new SessionRow(current, parentNo, criteriaNo, lease, null, session),
                    criteriaNo == null ? null : judgement);
            if (deleted) {
                repository.move(transaction, current, session, current, null);
                repository.setChildren(transaction, current, 0);
            }
            if (session.parentId() != null && parent == null) {
                orphans.add(new Orphan(line, current, session.parentId(), deleted));
            } else if (parent != null && !deleted) {
                children.merge(parentNo, 1, Integer::sum);
            }
            if (session.children() > 0) {
                newParents.add(current);
            }
            transaction.defer(SessionCounts.ADD, SessionCounts.difference(null, session));
        }

        private long criteriaNo(Session.CriteriaVersion bound) {
            return criteriaNumbers.computeIfAbsent(bound, key -> criteria.version(key.name(), key.version())
                    .map(StoredCriteria::no)
                    .orElseThrow(() -> ProblemException.invalid(
                            "/session/criteria", "names criteria that are neither here nor in a line before")));
        }

        private void add(ExportLine.Points points) {
            long metric = metricNumbers.computeIfAbsent(points.metric(), name -> steps.number(transaction, name));
            List<Point> stored = new ArrayList<>();
            MetricSummary summary = summaries.get(metric);
            for (int i = 0; i < points.steps().size(); i++) {
                Point point = new Point(
                        points.steps().get(i),
                        points.at().get(i).toEpochMilli(),
                        points.values().get(i) + 0.0);
                stored.add(point);
                summary = summary == null
                        ? MetricSummary.of(point.step(), point.value())
                        : summary.with(point.step(), point.value());
            }
            if (summary != null) {
                summaries.put(metric, summary);
            }
            try {
                steps.upsert(transaction, current, Map.of(metric, stored));
            } catch (SQLException e) {
                throw new IllegalStateException("Values could not be stored", e);
            }
            values += stored.size();
        }

        /** The session before is complete. */
        private void finish() {
            if (!summaries.isEmpty()) {
                steps.putSummaries(transaction, current, summaries);
                summaries.clear();
            }
            current = 0;
        }
    }
}
