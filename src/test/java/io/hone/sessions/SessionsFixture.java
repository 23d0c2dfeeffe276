package io.hone.sessions;

import io.hone.audit.Audit;
import io.hone.audit.AuditEntry;
import io.hone.cache.TestCaches;
import io.hone.criteria.CriteriaFixture;
import io.hone.criteria.CriteriaSets;
import io.hone.criteria.Technique;
import io.hone.database.Database;
import io.hone.events.Events;
import io.hone.failures.Failures;
import io.hone.gateway.Calls;
import io.hone.gateway.GatewayFixture;
import io.hone.http.Caller;
import io.hone.http.Idempotency;
import io.hone.settings.Settings;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Sessions as the container would build them, without its caches, and short ways to fill them. */
public final class SessionsFixture {

    public static final Caller ADA = new Caller("ada", "request-of-ada");

    /** Everything else names this one. */
    public final Sessions sessions;

    public final SessionStatistics statistics;
    public final CriteriaSets criteria;
    final SessionRepository repository;
    final SeriesReader series;
    final SessionBin bin;
    final SessionBulk bulk;
    final SessionExport export;
    final SessionImport imports;
    final Audit audit;
    final Calls calls;
    private final Clock clock;

    public SessionsFixture(Database database, Settings settings, Events events, Clock clock) {
        this(
                database,
                settings,
                events,
                clock,
                new SessionRepository(database),
                new SessionSearch(database, new StepRepository(database)));
    }

    SessionsFixture(
            Database database,
            Settings settings,
            Events events,
            Clock clock,
            SessionRepository sessionRepository,
            SessionSearch search) {
        this.clock = clock;
        audit = new Audit(database, clock);
        criteria = CriteriaFixture.criteriaSets(database, settings, events, clock);
        statistics = new SessionStatistics(database);
        repository = sessionRepository;
        StepRepository steps = new StepRepository(database);
        series = new SeriesReader(repository, steps);
        calls = GatewayFixture.of(database, settings, events, clock).calls();
        Judging judging = new Judging(criteria, repository);
        SessionChanges changes = new SessionChanges(repository, judging, database, audit, events, clock);
        SessionCreation creation = new SessionCreation(repository, criteria, audit, settings, clock);
        sessions = new Sessions(
                repository,
                creation,
                search,
                new StepRecorder(repository, steps, changes, database, audit, events),
                changes,
                judging,
                criteria,
                new Failures(settings, TestCaches.onHeap(clock), provider -> Optional.empty()),
                calls,
                database,
                new Idempotency(settings, clock),
                events,
                clock);
        bin = new SessionBin(repository, changes, database, audit, events, clock);
        bulk = new SessionBulk(sessions, changes, bin, database, clock);
        export = new SessionExport(sessions, repository, steps, criteria, audit, clock);
        imports = new SessionImport(repository, creation, steps, criteria, database, audit, events, settings, clock);
    }

    /** Sessions whose lists are walked in their order, however few a tag or text finds. */
    static SessionsFixture walking(Database database, Settings settings, Events events, Clock clock) {
        SessionSearch walking = new SessionSearch(database, new StepRepository(database), 0);
        return new SessionsFixture(database, settings, events, clock, new SessionRepository(database), walking);
    }

    public static Body body() {
        return new Body();
    }

    public Session create(Body body) {
        return sessions.create(ADA, body.build(), null);
    }

    public Session change(UUID id, SessionStatus status) {
        return sessions.changeStatus(ADA, id, new StatusChange(status, null, null), null);
    }

    public Session fail(UUID id, String message) {
        StatusChange.ReportedError error = new StatusChange.ReportedError(message, null);
        return sessions.changeStatus(ADA, id, new StatusChange(SessionStatus.FAILED, null, error), null);
    }

    /** Records one value, measured now. */
    public Session record(UUID id, long step, String metric, double value) {
        return sessions.recordSteps(ADA, id, List.of(step(step, metric, value)));
    }

    Step step(long step, String metric, double value) {
        return new Step(step, Instant.ofEpochMilli(clock.millis()), Map.of(metric, value));
    }

    /** A session on its way to a status by the shortest way there is. */
    Session in(SessionStatus status) {
        Session session = create(body());
        return switch (status) {
            case PENDING -> session;
            case RUNNING, FAILED, CANCELLED -> change(session.id(), status);
            case PAUSED, COMPLETED -> {
                change(session.id(), SessionStatus.RUNNING);
                yield change(session.id(), status);
            }
        };
    }

    /** A new session with what a test says, and little else. */
    public static final class Body {
        private UUID id;
        private String name = "name";
        private String project;
        private String model = "model";
        private Technique technique = Technique.OTHER;
        private Object criteria;
        private Object baseline;
        private UUID parent;
        private Integer lease;
        private Map<String, Object> params;
        private Map<String, String> tags;
        private String notes;

        public Body id(UUID value) {
            id = value;
            return this;
        }

        public Body name(String value) {
            name = value;
            return this;
        }

        public Body project(String value) {
            project = value;
            return this;
        }

        public Body model(String value) {
            model = value;
            return this;
        }

        public Body technique(Technique value) {
            technique = value;
            return this;
        }

        /** A name, or a map of name and version. */
        public Body criteria(Object value) {
            criteria = value;
            return this;
        }

        /** A session's id as text, or a map of metrics. */
        public Body baseline(Object value) {
            baseline = value;
            return this;
        }

        public Body parent(UUID value) {
            parent = value;
            return this;
        }

        public Body lease(Integer seconds) {
            lease = seconds;
            return this;
        }

        public Body param(String key, Object value) {
            params = params == null ? new LinkedHashMap<>() : params;
            params.put(key, value);
            return this;
        }

        public Body tag(String key, String value) {
            tags = tags == null ? new LinkedHashMap<>() : tags;
            tags.put(key, value);
            return this;
        }

        public Body notes(String value) {
            notes = value;
            return this;
        }

        public NewSession build() {
            return new NewSession(
                    id, name, project, model, technique, criteria, baseline, parent, lease, params, tags, notes);
        }
    }

    /** What the audit has of a session, oldest first. */
    List<AuditEntry> audited(UUID id) {
        return audit.list(Audit.Filter.of("session", id.toString()), true, null, 100)
                .items();
    }
}
