-- Accounts, keys and sign-ins. Whatever lets somebody in is kept as a hash, or encrypted with a key that is not here.

CREATE TABLE account (
    id                TEXT    NOT NULL PRIMARY KEY,
    username          TEXT    NOT NULL UNIQUE,
    -- NULL until one is chosen: then a sign-in link is the only way in.
    password_hash     TEXT,
    role              TEXT    NOT NULL CHECK (role IN ('viewer', 'reporter', 'admin')),
    disabled          INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
    created_at        BIGINT  NOT NULL,
    created_by        TEXT    NOT NULL,
    last_signed_in_at BIGINT,
    version           BIGINT  NOT NULL
);

CREATE TABLE api_key (
    id           TEXT   NOT NULL PRIMARY KEY,
    name         TEXT   NOT NULL UNIQUE,
    role         TEXT   NOT NULL CHECK (role IN ('viewer', 'reporter', 'admin')),
    hash         TEXT   NOT NULL UNIQUE,
    hint         TEXT   NOT NULL,
    -- Whose key it is: it ends with the account. NULL for keys made on the server's machine.
    account_id   TEXT REFERENCES account (id) ON DELETE CASCADE,
    created_at   BIGINT NOT NULL,
    created_by   TEXT   NOT NULL,
    expires_at   BIGINT,
    last_used_at BIGINT
);

CREATE INDEX api_key_account_idx ON api_key (account_id);

-- One for each time somebody signs in: the family of the refresh tokens that followed.
CREATE TABLE sign_in (
    id         TEXT   NOT NULL PRIMARY KEY,
    account_id TEXT   NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at   BIGINT
);

CREATE INDEX sign_in_account_idx ON sign_in (account_id);
CREATE INDEX sign_in_expires_idx ON sign_in (expires_at);

CREATE TABLE refresh_token (
    hash       TEXT   NOT NULL PRIMARY KEY,
    sign_in_id TEXT   NOT NULL REFERENCES sign_in (id) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT,
    -- The pair that took its place, encrypted with this token: nobody else can read it.
    successor  ${bytes}
);

CREATE INDEX refresh_token_sign_in_idx ON refresh_token (sign_in_id);
CREATE INDEX refresh_token_expires_idx ON refresh_token (expires_at);

-- Access tokens that were revoked by themselves, until they expire anyway.
CREATE TABLE revoked_token (
    id         TEXT   NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);

CREATE INDEX revoked_token_expires_idx ON revoked_token (expires_at);

CREATE TABLE sign_in_link (
    hash       TEXT   NOT NULL PRIMARY KEY,
    account_id TEXT   NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL
);

CREATE INDEX sign_in_link_account_idx ON sign_in_link (account_id);
CREATE INDEX sign_in_link_expires_idx ON sign_in_link (expires_at);

-- Secrets are encrypted with the key of the data folder or HONE_SECRET_KEY.
CREATE TABLE signing_key (
    id         TEXT     NOT NULL PRIMARY KEY,
    secret     ${bytes} NOT NULL,
    created_at BIGINT   NOT NULL
);
