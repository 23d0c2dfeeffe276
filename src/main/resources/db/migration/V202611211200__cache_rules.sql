-- Which answers are kept and for how long. One row at most: the list is replaced as a whole.
CREATE TABLE cache_rules (
    no         INTEGER NOT NULL PRIMARY KEY CHECK (no = 1),
    version    BIGINT  NOT NULL CHECK (version > 0),
    rules      TEXT    NOT NULL,
    updated_at BIGINT  NOT NULL,
    updated_by TEXT    NOT NULL
);
