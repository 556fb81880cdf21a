-- What owners said of accounts against their data; data is the whole as JSON. Rows are never deleted, so who overrode what stays on record.
CREATE TABLE account_overrides (
    id         TEXT    NOT NULL PRIMARY KEY,
    account_id TEXT    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    set_at     INTEGER NOT NULL,
    set_by     TEXT    NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at   INTEGER NULL,
    ended_by   TEXT    NULL,
    data       TEXT    NOT NULL
) WITHOUT ROWID;
CREATE INDEX ix_account_overrides_account ON account_overrides (account_id, set_at);

-- Profiles as they were, so that the past is judged by what held then.
CREATE TABLE account_profiles (
    account_id TEXT    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    since      INTEGER NOT NULL,
    profile    TEXT    NOT NULL,
    PRIMARY KEY (account_id, since)
) WITHOUT ROWID;
INSERT INTO account_profiles (account_id, since, profile) SELECT id, updated_at, profile FROM accounts;

ALTER TABLE account_states ADD COLUMN disagrees INTEGER NOT NULL DEFAULT 0;
CREATE INDEX ix_account_states_disagrees ON account_states (account_id) WHERE disagrees = 1;
