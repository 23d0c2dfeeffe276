-- Budgets, what is reserved of them, and what calls to providers cost. Money is whole nano-dollars (1e-9 USD). Texts are
-- '' where a call has no such thing: equality on an index, which NULL is not.

CREATE TABLE budget (
    no          ${identity},
    id          TEXT   NOT NULL UNIQUE,
    scope       TEXT   NOT NULL CHECK (scope IN ('account', 'project', 'session', 'provider')),
    subject     TEXT   NOT NULL,
    amount      BIGINT NOT NULL CHECK (amount BETWEEN 0 AND 1000000000000000000),
    time_window TEXT   NOT NULL CHECK (time_window IN ('day', 'month', 'total')),
    action      TEXT   NOT NULL CHECK (action IN ('block', 'warn')),
    created_at  BIGINT NOT NULL,
    created_by  TEXT   NOT NULL,
    updated_at  BIGINT NOT NULL,
    version     BIGINT NOT NULL CHECK (version > 0),
    UNIQUE (scope, subject, time_window, action)
);

-- One row for each window in which something was spent: nothing has to be reset when one ends.
CREATE TABLE budget_window (
    budget_no BIGINT  NOT NULL REFERENCES budget (no),
    began_at  BIGINT  NOT NULL,
    spent     BIGINT  NOT NULL CHECK (spent BETWEEN 0 AND 4000000000000000000),
    reserved  BIGINT  NOT NULL CHECK (reserved BETWEEN 0 AND 4000000000000000000),
    calls     BIGINT  NOT NULL,
    -- The highest share in percent that was told of: 0, 90 or 100.
    warned    INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (budget_no, began_at)
) ${without_rowid};

-- Money set aside for calls under way.
CREATE TABLE budget_reservation (
    id          TEXT    NOT NULL PRIMARY KEY,
    account     TEXT    NOT NULL,
    project     TEXT    NOT NULL,
    session     TEXT    NOT NULL,
    provider    TEXT    NOT NULL,
    model       TEXT    NOT NULL,
    amount      BIGINT  NOT NULL CHECK (amount >= 0),
    reserved_at BIGINT  NOT NULL,
    deadline    BIGINT  NOT NULL,
    sent        INTEGER NOT NULL CHECK (sent IN (0, 1))
);

-- Serves the search for those that nobody settled.
CREATE INDEX budget_reservation_deadline_idx ON budget_reservation (deadline);

-- Which windows a reservation is a part of.
CREATE TABLE budget_reservation_part (
    reservation_id TEXT   NOT NULL REFERENCES budget_reservation (id),
    budget_no      BIGINT NOT NULL REFERENCES budget (no),
    began_at       BIGINT NOT NULL,
    PRIMARY KEY (reservation_id, budget_no)
) ${without_rowid};

-- Serves the deletion of a budget.
CREATE INDEX budget_reservation_part_budget_idx ON budget_reservation_part (budget_no);

-- The ledger: calls that were settled, each once, for as long as hone.gateway.call-retention-days says.
CREATE TABLE provider_call (
    no            ${identity},
    id            TEXT    NOT NULL UNIQUE,
    at            BIGINT  NOT NULL,
    account       TEXT    NOT NULL,
    project       TEXT    NOT NULL,
    session       TEXT    NOT NULL,
    provider      TEXT    NOT NULL,
    model         TEXT    NOT NULL,
    input_tokens  BIGINT  NOT NULL CHECK (input_tokens >= 0),
    output_tokens BIGINT  NOT NULL CHECK (output_tokens >= 0),
    -- NULL where no price is known.
    cost          BIGINT CHECK (cost >= 0),
    cached        INTEGER NOT NULL CHECK (cached IN (0, 1)),
    saved         BIGINT  NOT NULL CHECK (saved >= 0),
    status        INTEGER NOT NULL,
    duration_ms   BIGINT  NOT NULL,
    -- 1 where the estimate was charged because nobody settled in time.
    expired       INTEGER NOT NULL DEFAULT 0 CHECK (expired IN (0, 1))
);

CREATE INDEX provider_call_at_idx ON provider_call (at);
CREATE INDEX provider_call_session_idx ON provider_call (session, no);

-- The same by day (UTC, days since 1970): what a session cost, what a budget begins with, and histories.
CREATE TABLE provider_call_day (
    day           BIGINT NOT NULL,
    account       TEXT   NOT NULL,
    project       TEXT   NOT NULL,
    session       TEXT   NOT NULL,
    provider      TEXT   NOT NULL,
    model         TEXT   NOT NULL,
    calls         BIGINT NOT NULL,
    failed        BIGINT NOT NULL,
    hits          BIGINT NOT NULL,
    unpriced      BIGINT NOT NULL,
    input_tokens  BIGINT NOT NULL,
    output_tokens BIGINT NOT NULL,
    cost          BIGINT NOT NULL,
    saved         BIGINT NOT NULL,
    PRIMARY KEY (day, account, project, session, provider, model)
) ${without_rowid};

CREATE INDEX provider_call_day_session_idx ON provider_call_day (session, day);
CREATE INDEX provider_call_day_project_idx ON provider_call_day (project, day);
CREATE INDEX provider_call_day_account_idx ON provider_call_day (account, day);
CREATE INDEX provider_call_day_provider_idx ON provider_call_day (provider, day);
