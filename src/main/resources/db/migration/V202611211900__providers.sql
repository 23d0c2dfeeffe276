-- Providers behind the gateway. The secret is encrypted with the key of the data folder or HONE_SECRET_KEY; prices and
-- limits are JSON, whose money is decimal text.
CREATE TABLE provider (
    name          TEXT     NOT NULL PRIMARY KEY,
    kind          TEXT     NOT NULL CHECK (kind IN ('openai', 'anthropic', 'generic')),
    base_url      TEXT     NOT NULL,
    secret        ${bytes},
    auth_header   TEXT,
    health_path   TEXT,
    timeout_ms    BIGINT   NOT NULL CHECK (timeout_ms > 0),
    allow_private INTEGER  NOT NULL CHECK (allow_private IN (0, 1)),
    prices        TEXT     NOT NULL,
    limits        TEXT     NOT NULL,
    created_at    BIGINT   NOT NULL,
    created_by    TEXT     NOT NULL,
    updated_at    BIGINT   NOT NULL,
    version       BIGINT   NOT NULL CHECK (version > 0)
);
