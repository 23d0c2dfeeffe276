-- All counts of a bucket in one row: a window is read as a few dozen rows, however much was counted in it. Counts follow
-- from the sessions, so the old ones are dropped and made again when the server starts.
DROP TABLE session_count;

CREATE TABLE session_count (
    scope     TEXT   NOT NULL,
    grain     TEXT   NOT NULL,
    bucket    BIGINT NOT NULL,
    created   BIGINT NOT NULL,
    completed BIGINT NOT NULL,
    failed    BIGINT NOT NULL,
    -- The rest, as io.hone.sessions.Tally writes it.
    counts    ${bytes} NOT NULL,
    PRIMARY KEY (scope, grain, bucket)
) ${without_rowid};
