-- What stands for the events of an account that retention has pruned: their figures, encoded as of the horizon, in the form that format names. version rises
-- with every piece that is pruned. Retention's is the account's earliest; the key leaves room for later ones.
CREATE TABLE account_baselines (
    account_id        TEXT    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    horizon           INTEGER NOT NULL,
    version           INTEGER NOT NULL,
    format            INTEGER NOT NULL,
    first_received_at INTEGER NOT NULL,
    last_received_at  INTEGER NOT NULL,
    figures           BLOB    NOT NULL,
    PRIMARY KEY (account_id, horizon)
);

-- Accounts whose history is being told again: from which day, by whom (claim), and until when nobody else takes it up.
CREATE TABLE account_restatements (
    account_id   TEXT    NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    from_day     INTEGER NOT NULL,
    claim        TEXT    NOT NULL,
    leased_until INTEGER NOT NULL
) WITHOUT ROWID;
