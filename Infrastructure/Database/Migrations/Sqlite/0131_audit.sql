-- Who changed what in the service's configuration, and erased or overrode which account: appended in the transaction of the change. state_before and state_after are
-- JSON without secrets. Rows are never changed, except that an account's erasure takes what tells of it (erased = 1), and go with the retention.
CREATE TABLE audit_entries (
    seq          INTEGER NOT NULL PRIMARY KEY,
    id           TEXT    NOT NULL,
    at           INTEGER NOT NULL,
    kind         TEXT    NOT NULL,
    action       TEXT    NOT NULL,
    subject      TEXT    NOT NULL,
    account_id   TEXT    NULL,
    actor_kind   TEXT    NOT NULL,
    actor_id     TEXT    NULL,
    actor_name   TEXT    NOT NULL,
    state_before TEXT    NULL,
    state_after  TEXT    NULL,
    erased       INTEGER NOT NULL
);
CREATE INDEX ix_audit_entries_at      ON audit_entries (at, seq);
CREATE INDEX ix_audit_entries_subject ON audit_entries (subject, at, seq);
CREATE INDEX ix_audit_entries_account ON audit_entries (account_id, at, seq) WHERE account_id IS NOT NULL;
