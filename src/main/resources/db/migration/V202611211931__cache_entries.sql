-- What caches keep in the database, since loading it again would cost money: entries by their keys' texts, which are
-- digests where a key is long or secret. BYTEA is PostgreSQL's; SQLite takes any name and keeps bytes as they are.
CREATE TABLE cache_entry (
    cache      TEXT   NOT NULL,
    entry_key  TEXT   NOT NULL,
    value      BYTEA  NOT NULL,
    bytes      BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (cache, entry_key)
);
-- What has expired, what expires next, and how much there is, without touching the values.
CREATE INDEX cache_entry_expiry ON cache_entry (cache, expires_at, bytes);

CREATE TABLE cache_entry_tag (
    tag       TEXT NOT NULL,
    cache     TEXT NOT NULL,
    entry_key TEXT NOT NULL,
    PRIMARY KEY (cache, tag, entry_key),
    FOREIGN KEY (cache, entry_key) REFERENCES cache_entry (cache, entry_key) ON DELETE CASCADE
);
CREATE INDEX cache_entry_tag_entry ON cache_entry_tag (cache, entry_key);

-- Counts up with every removal: what was loaded before one is not stored after it, on whatever node.
CREATE TABLE cache_generation (
    cache      TEXT   NOT NULL PRIMARY KEY,
    generation BIGINT NOT NULL
);

-- The keys that were asked most, to be loaded when the server starts again.
CREATE TABLE cache_hot_key (
    cache     TEXT    NOT NULL,
    place     INTEGER NOT NULL,
    entry_key BYTEA   NOT NULL,
    PRIMARY KEY (cache, place)
);
