-- Models, churn rules and segment policies, as they were written; a row never changes. Those shipped with the product (version 1) are not here.
CREATE TABLE policy_documents (
    kind       TEXT    NOT NULL,
    id         TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    document   TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (kind, id, version)
) WITHOUT ROWID;

-- What came in force, in order: a model for a segment (* for all without one of their own), churn rules, a segment policy. A row never changes.
CREATE TABLE policy_changes (
    revision INTEGER NOT NULL PRIMARY KEY,
    at       INTEGER NOT NULL,
    kind     TEXT    NOT NULL,
    segment  TEXT    NOT NULL,
    id       TEXT    NOT NULL,
    version  INTEGER NOT NULL,
    announce INTEGER NOT NULL
);
