-- An alert is an open concern about one account and one metric. The row is as of the last change of the alert: while it is not resolved,
-- readers take the present score, segment and ARR from the account. owner is the assigned one, or else the account's. arr is for the order
-- "worst and dearest first"; null counts as 0. messages counts the messages that were queued, suppressed those that a budget withheld.
CREATE TABLE alerts (
    id              TEXT    NOT NULL PRIMARY KEY,
    account_id      TEXT    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    metric          TEXT    NOT NULL,
    severity        TEXT    NOT NULL,
    severity_rank   INTEGER NOT NULL,
    status          TEXT    NOT NULL,
    opened_at       INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    confirmed_at    INTEGER NULL,
    acknowledged_at INTEGER NULL,
    acknowledged_by TEXT    NULL,
    snoozed_until   INTEGER NULL,
    resolved_at     INTEGER NULL,
    resolution      TEXT    NULL,
    flapping        INTEGER NOT NULL DEFAULT 0,
    owner           TEXT    NULL,
    assigned_owner  TEXT    NULL,
    segment         TEXT    NOT NULL,
    arr             INTEGER NOT NULL DEFAULT 0,
    opened_score    REAL    NULL,
    opened_label    TEXT    NOT NULL,
    worst_rank      INTEGER NOT NULL,
    worst_score     REAL    NULL,
    worst_label     TEXT    NOT NULL,
    worst_at        INTEGER NOT NULL,
    now_score       REAL    NULL,
    now_label       TEXT    NOT NULL,
    reasons         TEXT    NOT NULL,
    interventions   TEXT    NOT NULL,
    crossings       TEXT    NOT NULL,
    cause           TEXT    NOT NULL,
    changes         INTEGER NOT NULL,
    messages        INTEGER NOT NULL DEFAULT 0,
    suppressed      INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
-- Indexes of listings: the status, what is sorted by, the id, and what most filters compare, so that no row that does not match is read.
CREATE INDEX ix_alerts_by_severity ON alerts (status, severity_rank, arr DESC, id, metric, owner, segment);
CREATE INDEX ix_alerts_by_opening ON alerts (status, opened_at, id, metric, owner, segment);
CREATE INDEX ix_alerts_by_update ON alerts (status, updated_at, id, metric, owner, segment);
CREATE INDEX ix_alerts_of_account ON alerts (account_id, opened_at);
CREATE INDEX ix_alerts_of_owner ON alerts (owner, status);

-- The history of the alerts: opened, updated, resolved, snooze_ended, confirmed, and what people did: acknowledged, snoozed, assigned,
-- reopened, resolved. label is the category or level at that time.
CREATE TABLE alert_changes (
    alert_id   TEXT    NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
    number     INTEGER NOT NULL,
    account_id TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    what       TEXT    NOT NULL,
    cause      TEXT    NULL,
    score      REAL    NULL,
    label      TEXT    NULL,
    made_by    TEXT    NULL,
    note       TEXT    NULL,
    PRIMARY KEY (alert_id, number)
) WITHOUT ROWID;
CREATE INDEX ix_alert_changes_account ON alert_changes (account_id, at);
CREATE INDEX ix_alert_changes_at ON alert_changes (at, what);

-- The messages of the last 7 days to each owner whose number is limited (maxPerOwnerPerWeek), and how many were withheld since the last.
-- sent is a JSON list of microseconds since 1970; accounts without an owner count as one owner with an empty name.
CREATE TABLE alert_budgets (
    owner    TEXT    NOT NULL PRIMARY KEY,
    sent     TEXT    NOT NULL,
    withheld INTEGER NOT NULL
) WITHOUT ROWID;
