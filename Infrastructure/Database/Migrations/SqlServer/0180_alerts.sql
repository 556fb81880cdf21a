-- An alert is an open concern about one account and one metric. The row is as of the last change of the alert: while it is not resolved,
-- readers take the present score, segment and ARR from the account. owner is the assigned one, or else the account's. arr is for the order
-- "worst and dearest first"; null counts as 0. messages counts the messages that were queued, suppressed those that a budget withheld.
CREATE TABLE alerts (
    id              nvarchar(64)  COLLATE Latin1_General_100_BIN2 NOT NULL PRIMARY KEY,
    account_id      nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    metric          nvarchar(64)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    severity        nvarchar(16)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    severity_rank   bigint        NOT NULL,
    status          nvarchar(16)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    opened_at       datetime2(6)  NOT NULL,
    updated_at      datetime2(6)  NOT NULL,
    confirmed_at    datetime2(6)  NULL,
    acknowledged_at datetime2(6)  NULL,
    acknowledged_by nvarchar(200) COLLATE Latin1_General_100_BIN2 NULL,
    snoozed_until   datetime2(6)  NULL,
    resolved_at     datetime2(6)  NULL,
    resolution      nvarchar(16)  COLLATE Latin1_General_100_BIN2 NULL,
    flapping        bit           NOT NULL DEFAULT 0,
    owner           nvarchar(200) COLLATE Latin1_General_100_BIN2 NULL,
    assigned_owner  nvarchar(200) COLLATE Latin1_General_100_BIN2 NULL,
    segment         nvarchar(64)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    arr             decimal(19,4) NOT NULL DEFAULT 0,
    opened_score    float         NULL,
    opened_label    nvarchar(64)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    worst_rank      bigint        NOT NULL,
    worst_score     float         NULL,
    worst_label     nvarchar(64)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    worst_at        datetime2(6)  NOT NULL,
    now_score       float         NULL,
    now_label       nvarchar(64)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    reasons         nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
    interventions   nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
    crossings       nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
    cause           nvarchar(16)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    changes         bigint        NOT NULL,
    messages        bigint        NOT NULL DEFAULT 0,
    suppressed      bigint        NOT NULL DEFAULT 0
);
-- Indexes of listings: the status, what is sorted by, the id, and what most filters compare, so that no row that does not match is read.
CREATE INDEX ix_alerts_by_severity ON alerts (status, severity_rank, arr DESC, id) INCLUDE (metric, owner, segment);
CREATE INDEX ix_alerts_by_opening ON alerts (status, opened_at, id) INCLUDE (metric, owner, segment);
CREATE INDEX ix_alerts_by_update ON alerts (status, updated_at, id) INCLUDE (metric, owner, segment);
CREATE INDEX ix_alerts_of_account ON alerts (account_id, opened_at);
CREATE INDEX ix_alerts_of_owner ON alerts (owner, status);

-- The history of the alerts: opened, updated, resolved, snooze_ended, confirmed, and what people did: acknowledged, snoozed, assigned,
-- reopened, resolved. label is the category or level at that time.
CREATE TABLE alert_changes (
    alert_id   nvarchar(64)  COLLATE Latin1_General_100_BIN2 NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
    number     bigint        NOT NULL,
    account_id nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    at         datetime2(6)  NOT NULL,
    what       nvarchar(16)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    cause      nvarchar(16)  COLLATE Latin1_General_100_BIN2 NULL,
    score      float         NULL,
    label      nvarchar(64)  COLLATE Latin1_General_100_BIN2 NULL,
    made_by    nvarchar(200) COLLATE Latin1_General_100_BIN2 NULL,
    note       nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL,
    PRIMARY KEY (alert_id, number)
);
CREATE INDEX ix_alert_changes_account ON alert_changes (account_id, at);
CREATE INDEX ix_alert_changes_at ON alert_changes (at, what);

-- The messages of the last 7 days to each owner whose number is limited (maxPerOwnerPerWeek), and how many were withheld since the last.
-- sent is a JSON list of microseconds since 1970; accounts without an owner count as one owner with an empty name.
CREATE TABLE alert_budgets (
    owner    nvarchar(200) COLLATE Latin1_General_100_BIN2 NOT NULL PRIMARY KEY,
    sent     nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
    withheld bigint        NOT NULL
);
