-- Finds parts of names, models and notes without looking at every session. Where the extension may not be created the
-- search still works, by looking.
DO $$
BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX session_search_idx ON session USING gin (search_text gin_trgm_ops);
EXCEPTION
    WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR undefined_object THEN
        RAISE NOTICE 'The extension pg_trgm is not to be had: searching looks at every session';
END
$$;
