-- The bin, and how many children a session has: lists show them folded.

-- When it went into the bin; NULL for those that are not there.
ALTER TABLE session ADD COLUMN deleted_at BIGINT;
-- The session whose deletion took it along; its own number where it was deleted itself.
ALTER TABLE session ADD COLUMN deleted_with BIGINT;
-- Those of its children that are not in the bin.
ALTER TABLE session ADD COLUMN children INTEGER NOT NULL DEFAULT 0;

UPDATE session
   SET children = (SELECT COUNT(*) FROM session c WHERE c.parent_no = session.no)
 WHERE no IN (SELECT parent_no FROM session WHERE parent_no > 0);

-- Lists leave out what is in the bin, so their indexes do.
DROP INDEX IF EXISTS session_created_idx;
DROP INDEX IF EXISTS session_status_idx;
DROP INDEX IF EXISTS session_project_idx;
DROP INDEX IF EXISTS session_model_idx;
DROP INDEX IF EXISTS session_model_status_idx;
DROP INDEX IF EXISTS session_technique_idx;
DROP INDEX IF EXISTS session_verdict_idx;
DROP INDEX IF EXISTS session_owner_idx;
DROP INDEX IF EXISTS session_updated_idx;
DROP INDEX IF EXISTS session_duration_idx;
DROP INDEX IF EXISTS session_any_created_idx;

CREATE INDEX session_created_idx ON session (parent_no, created_at, no) WHERE deleted_at IS NULL;
CREATE INDEX session_status_idx ON session (parent_no, status, created_at, no) WHERE deleted_at IS NULL;
CREATE INDEX session_project_idx ON session (parent_no, project, created_at, no) WHERE deleted_at IS NULL;
CREATE INDEX session_model_idx ON session (parent_no, model, created_at, no) WHERE deleted_at IS NULL;
CREATE INDEX session_model_status_idx ON session (parent_no, model, status, created_at, no) WHERE deleted_at IS NULL;
CREATE INDEX session_technique_idx ON session (parent_no, technique, created_at, no) WHERE deleted_at IS NULL;
CREATE INDEX session_verdict_idx ON session (parent_no, verdict, created_at, no) WHERE deleted_at IS NULL;
CREATE INDEX session_owner_idx ON session (parent_no, owner, created_at, no) WHERE deleted_at IS NULL;
CREATE INDEX session_updated_idx ON session (parent_no, updated_at, no) WHERE deleted_at IS NULL;
CREATE INDEX session_duration_idx ON session (parent_no, duration_ms, no) WHERE deleted_at IS NULL;
CREATE INDEX session_any_created_idx ON session (created_at, no) WHERE deleted_at IS NULL;

-- Serve the bin, which is short beside the rest, and finding all children of a session, wherever they are.
CREATE INDEX session_bin_idx ON session (created_at, no) WHERE deleted_at IS NOT NULL;
CREATE INDEX session_parent_idx ON session (parent_no, no) WHERE parent_no > 0;

-- Serves looking for the sessions that criteria judge.
CREATE INDEX session_criteria_idx ON session (criteria_no, no) WHERE criteria_no IS NOT NULL;
