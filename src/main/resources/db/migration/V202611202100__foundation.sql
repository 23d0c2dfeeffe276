-- One schema serves SQLite and PostgreSQL; what they write differently comes in as ${identity} and ${without_rowid}.
-- Times are UTC epoch milliseconds: SQLite has no timestamp type. JSON is kept as text and never searched.

CREATE TABLE setting (
    setting_key TEXT   NOT NULL PRIMARY KEY,
    value       TEXT   NOT NULL,
    updated_at  BIGINT NOT NULL,
    updated_by  TEXT   NOT NULL
);

-- Immutable per version. Deleting a name retires its versions: sessions judged by one keep it.
CREATE TABLE criteria (
    no         ${identity},
    name       TEXT    NOT NULL,
    version    INTEGER NOT NULL CHECK (version >= 1),
    note       TEXT,
    techniques TEXT    NOT NULL,
    criteria   TEXT    NOT NULL,
    created_at BIGINT  NOT NULL,
    created_by TEXT    NOT NULL,
    newest     INTEGER NOT NULL CHECK (newest IN (0, 1)),
    retired    INTEGER NOT NULL DEFAULT 0 CHECK (retired IN (0, 1)),
    UNIQUE (name, version)
);

-- Serves the list of criteria.
CREATE INDEX criteria_newest_idx ON criteria (newest, retired, name);

CREATE TABLE session (
    no               ${identity},
    id               TEXT    NOT NULL UNIQUE,
    -- 0 for a session of its own: an equality that both planners use before an order, which IS NULL is not.
    parent_no        BIGINT  NOT NULL DEFAULT 0,
    name             TEXT    NOT NULL,
    project          TEXT    NOT NULL,
    model            TEXT    NOT NULL,
    technique        TEXT    NOT NULL,
    status           TEXT    NOT NULL
        CHECK (status IN ('pending', 'running', 'paused', 'completed', 'failed', 'cancelled')),
    progress         DOUBLE PRECISION CHECK (progress BETWEEN 0 AND 1),
    criteria_no      BIGINT REFERENCES criteria (no),
    baseline         TEXT,
    verdict          TEXT    NOT NULL DEFAULT 'none' CHECK (verdict IN ('none', 'met', 'not_met', 'undecided')),
    judgement        TEXT,
    params           TEXT    NOT NULL,
    tags             TEXT    NOT NULL,
    notes            TEXT,
    -- Name, model and notes in lower case, for the search.
    search_text      TEXT    NOT NULL DEFAULT '',
    error_message    TEXT,
    error_category   TEXT,
    owner            TEXT    NOT NULL,
    lease_seconds    INTEGER CHECK (lease_seconds > 0),
    lease_expires_at BIGINT,
    created_at       BIGINT  NOT NULL,
    started_at       BIGINT,
    ended_at         BIGINT,
    updated_at       BIGINT  NOT NULL,
    duration_ms      BIGINT,
    version          BIGINT  NOT NULL
);

-- Each serves one filter of the session list in its default order; SessionSearch names them.
CREATE INDEX session_created_idx ON session (parent_no, created_at, no);
CREATE INDEX session_status_idx ON session (parent_no, status, created_at, no);
CREATE INDEX session_project_idx ON session (parent_no, project, created_at, no);
CREATE INDEX session_model_idx ON session (parent_no, model, created_at, no);
CREATE INDEX session_model_status_idx ON session (parent_no, model, status, created_at, no);
CREATE INDEX session_technique_idx ON session (parent_no, technique, created_at, no);
CREATE INDEX session_verdict_idx ON session (parent_no, verdict, created_at, no);
CREATE INDEX session_owner_idx ON session (parent_no, owner, created_at, no);
CREATE INDEX session_updated_idx ON session (parent_no, updated_at, no);
CREATE INDEX session_duration_idx ON session (parent_no, duration_ms, no);
-- Serves the list with parent=any.
CREATE INDEX session_any_created_idx ON session (created_at, no);
-- Serves the search for silent sessions.
CREATE INDEX session_lease_idx ON session (lease_expires_at) WHERE lease_expires_at IS NOT NULL;

-- The index of session.tags.
CREATE TABLE session_tag (
    tag_key    TEXT   NOT NULL,
    tag_value  TEXT   NOT NULL,
    session_no BIGINT NOT NULL REFERENCES session (no),
    PRIMARY KEY (tag_key, tag_value, session_no)
) ${without_rowid};

CREATE INDEX session_tag_session_idx ON session_tag (session_no);

-- Metric names once, so that a recorded value costs two small numbers instead of two texts.
CREATE TABLE metric (
    no   ${identity},
    name TEXT NOT NULL UNIQUE
);

-- What a session's metric is at now. NULL stands for NaN, which SQLite cannot store.
CREATE TABLE session_metric (
    session_no BIGINT NOT NULL REFERENCES session (no),
    metric_no  BIGINT NOT NULL REFERENCES metric (no),
    last_value DOUBLE PRECISION,
    min_value  DOUBLE PRECISION,
    max_value  DOUBLE PRECISION,
    last_step  BIGINT NOT NULL,
    PRIMARY KEY (session_no, metric_no)
) ${without_rowid};

-- Serves sorting sessions by a metric.
CREATE INDEX session_metric_last_idx ON session_metric (metric_no, last_value, session_no);

-- Every recorded value. NULL stands for NaN.
CREATE TABLE step (
    session_no  BIGINT NOT NULL REFERENCES session (no),
    metric_no   BIGINT NOT NULL REFERENCES metric (no),
    step        BIGINT NOT NULL CHECK (step >= 0),
    recorded_at BIGINT NOT NULL,
    value       DOUBLE PRECISION,
    PRIMARY KEY (session_no, metric_no, step)
) ${without_rowid};

-- Who did what: only ever appended to.
CREATE TABLE audit (
    no           ${identity},
    at           BIGINT NOT NULL,
    actor        TEXT   NOT NULL,
    action       TEXT   NOT NULL,
    subject_type TEXT   NOT NULL,
    subject      TEXT   NOT NULL,
    request_id   TEXT,
    detail       TEXT   NOT NULL
);

-- Serve the audit of one subject, and the filters of the whole one.
CREATE INDEX audit_subject_idx ON audit (subject_type, subject, no);
CREATE INDEX audit_actor_idx ON audit (actor, no);
CREATE INDEX audit_action_idx ON audit (action, no);
CREATE INDEX audit_at_idx ON audit (at, no);

-- Counts behind the dashboard: kept in the writing transaction, so that reading them never counts sessions.
-- scope: a project, or '' for all. grain: 'h', 'd' or 'm' for hour, day, month (UTC); bucket: when it began.
CREATE TABLE session_count (
    scope  TEXT   NOT NULL,
    grain  TEXT   NOT NULL,
    bucket BIGINT NOT NULL,
    kind   TEXT   NOT NULL,
    item   TEXT   NOT NULL,
    n      BIGINT NOT NULL,
    PRIMARY KEY (scope, grain, bucket, kind, item)
) ${without_rowid};

-- First answers to requests with an Idempotency-Key.
CREATE TABLE idempotency (
    actor      TEXT   NOT NULL,
    request    TEXT   NOT NULL,
    body_hash  TEXT   NOT NULL,
    answer     TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (actor, request)
);

CREATE INDEX idempotency_created_idx ON idempotency (created_at);

CREATE TABLE project (
    name TEXT NOT NULL PRIMARY KEY
);
