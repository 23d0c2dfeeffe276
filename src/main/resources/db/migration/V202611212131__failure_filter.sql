-- Serve the list of what failed for one reason, on one level and on all (the dashboard counts and links to all). Failures
-- are a part of the sessions, and so are their indexes.
CREATE INDEX session_error_idx ON session (parent_no, error_category, created_at, no)
    WHERE deleted_at IS NULL AND error_category IS NOT NULL;
CREATE INDEX session_any_error_idx ON session (error_category, created_at, no)
    WHERE deleted_at IS NULL AND error_category IS NOT NULL;
