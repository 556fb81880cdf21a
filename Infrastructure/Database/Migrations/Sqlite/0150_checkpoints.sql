-- Checkpoints of accounts with long logs: the figures of the events that happened by the horizon and whose number is at most last_seq, encoded as of the horizon.
-- The events stay in the log.
CREATE TABLE account_checkpoints (
    account_id        TEXT    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    horizon           INTEGER NOT NULL,
    last_seq          INTEGER NOT NULL,
    first_received_at INTEGER NOT NULL,
    last_received_at  INTEGER NOT NULL,
    figures           BLOB    NOT NULL,
    PRIMARY KEY (account_id, horizon)
);

-- Accounts with checkpoints, and the form of their figures. They count only while baseline_version is the version of the account's baseline (0: none), so whoever
-- prunes events and does not know of checkpoints puts them out of use. -1: they must be set again.
CREATE TABLE checkpointed_accounts (
    account_id       TEXT    NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    format           INTEGER NOT NULL,
    baseline_version INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX ix_checkpointed_accounts_again ON checkpointed_accounts (account_id) WHERE baseline_version = -1;

-- The number of the event up to which a worker has looked for accounts with long logs.
CREATE TABLE checkpoint_search (
    id  INTEGER NOT NULL PRIMARY KEY,
    seq INTEGER NOT NULL
);
INSERT INTO checkpoint_search (id, seq) VALUES (1, 0);
