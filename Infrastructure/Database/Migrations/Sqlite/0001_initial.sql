-- Times are INTEGER microseconds since 1970-01-01T00:00:00Z, money is INTEGER ten-thousandths, flags are 0 or 1.

CREATE TABLE settings (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE accounts (
    id           TEXT    NOT NULL PRIMARY KEY,
    name         TEXT    NOT NULL,
    segment      TEXT    NOT NULL,
    phase        TEXT    NOT NULL,
    owner        TEXT    NULL,
    parent_id    TEXT    NULL,
    arr          INTEGER NULL,
    mrr          INTEGER NULL,
    renewal_date INTEGER NULL,
    churned_at   INTEGER NULL,
    profile      TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
);
CREATE INDEX ix_accounts_name    ON accounts (name, id);
CREATE INDEX ix_accounts_arr     ON accounts (arr, id);
CREATE INDEX ix_accounts_mrr     ON accounts (mrr, id);
CREATE INDEX ix_accounts_renewal ON accounts (renewal_date, id);
CREATE INDEX ix_accounts_updated ON accounts (updated_at, id);
CREATE INDEX ix_accounts_segment ON accounts (segment, id);
CREATE INDEX ix_accounts_owner   ON accounts (owner, id);
CREATE INDEX ix_accounts_parent  ON accounts (parent_id, id);

CREATE TABLE account_tags (
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    tag        TEXT NOT NULL,
    PRIMARY KEY (tag, account_id)
) WITHOUT ROWID;
CREATE INDEX ix_account_tags_account ON account_tags (account_id);

-- What the worker knows of an account; one row per account, rewritten with every batch that touches it.
CREATE TABLE account_states (
    account_id        TEXT    NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    version           INTEGER NOT NULL,
    figures           BLOB    NOT NULL,
    memory            TEXT    NOT NULL,
    score             REAL    NULL,
    category          TEXT    NOT NULL,
    previous_category TEXT    NULL,
    risk_score        REAL    NOT NULL,
    risk_level        TEXT    NOT NULL,
    evaluated_at      INTEGER NULL,
    due_at            INTEGER NULL,
    restate_from      INTEGER NULL
);
CREATE INDEX ix_account_states_due      ON account_states (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX ix_account_states_restate  ON account_states (restate_from) WHERE restate_from IS NOT NULL;
CREATE INDEX ix_account_states_score    ON account_states (score, account_id);
CREATE INDEX ix_account_states_risk     ON account_states (risk_score, account_id);
CREATE INDEX ix_account_states_category ON account_states (category, account_id);

CREATE TABLE events (
    seq         INTEGER NOT NULL PRIMARY KEY,
    source      TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    type        INTEGER NOT NULL,
    account_id  TEXT    NOT NULL,
    occurred_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    hash        INTEGER NOT NULL,
    data        TEXT    NOT NULL
);
CREATE UNIQUE INDEX ux_events_identity ON events (source, id);
CREATE INDEX ix_events_account ON events (account_id, occurred_at);

CREATE TABLE event_conflicts (
    seq         INTEGER NOT NULL PRIMARY KEY,
    source      TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    type        INTEGER NOT NULL,
    account_id  TEXT    NOT NULL,
    occurred_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    hash        INTEGER NOT NULL,
    data        TEXT    NOT NULL
);
CREATE UNIQUE INDEX ux_event_conflicts ON event_conflicts (source, id, hash);
CREATE INDEX ix_event_conflicts_account ON event_conflicts (account_id, received_at);

CREATE TABLE parked_events (
    id         TEXT    NOT NULL PRIMARY KEY,
    source     TEXT    NOT NULL,
    event_id   TEXT    NOT NULL,
    account_id TEXT    NOT NULL,
    payload    BLOB    NOT NULL,
    error      TEXT    NOT NULL,
    parked_at  INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE ingestion_counters (
    name  TEXT    NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE ingestion_sources (
    source           TEXT    NOT NULL PRIMARY KEY,
    events           INTEGER NOT NULL,
    last_occurred_at INTEGER NOT NULL,
    last_received_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE score_history (
    account_id    TEXT    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    day           INTEGER NOT NULL,
    at            INTEGER NOT NULL,
    score         REAL    NULL,
    category      TEXT    NOT NULL,
    risk_score    REAL    NOT NULL,
    risk_level    TEXT    NOT NULL,
    PRIMARY KEY (account_id, day)
) WITHOUT ROWID;

CREATE TABLE crossings (
    id         TEXT    NOT NULL PRIMARY KEY,
    account_id TEXT    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    sequence   INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    metric     TEXT    NOT NULL,
    threshold  TEXT    NOT NULL,
    direction  TEXT    NOT NULL,
    resolves   TEXT    NULL,
    data       TEXT    NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX ux_crossings_sequence ON crossings (account_id, sequence);
CREATE INDEX ix_crossings_account ON crossings (account_id, at);

CREATE TABLE thresholds (
    id         TEXT    NOT NULL PRIMARY KEY,
    document   TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) WITHOUT ROWID;

-- version rises with every change of what the owner can set; secrets are encrypted; budget tells the attempts of the last minute.
CREATE TABLE webhook_subscriptions (
    id              TEXT    NOT NULL PRIMARY KEY,
    url             TEXT    NOT NULL,
    event_types     TEXT    NOT NULL,
    description     TEXT    NULL,
    filter          TEXT    NULL,
    max_per_minute  INTEGER NULL,
    enabled         INTEGER NOT NULL,
    disabled_reason TEXT    NULL,
    secrets         TEXT    NOT NULL,
    version         INTEGER NOT NULL,
    failing_since   INTEGER NULL,
    paused_until    INTEGER NULL,
    budget          TEXT    NULL,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE webhook_messages (
    id         TEXT    NOT NULL PRIMARY KEY,
    type       TEXT    NOT NULL,
    account_id TEXT    NULL,
    created_at INTEGER NOT NULL,
    trace      TEXT    NULL,
    body       TEXT    NOT NULL
);
CREATE INDEX ix_webhook_messages_account ON webhook_messages (account_id, created_at) WHERE account_id IS NOT NULL;

-- The outbox: one row per message and subscription, written in the transaction that decided the message. next_attempt_at is set while the row
-- is pending: when it is due, or, once a dispatcher (lease_owner) has claimed it, when that lease ends. tries counts since it was last queued.
CREATE TABLE webhook_deliveries (
    seq             INTEGER NOT NULL PRIMARY KEY,
    id              TEXT    NOT NULL,
    message_id      TEXT    NOT NULL REFERENCES webhook_messages (id) ON DELETE CASCADE,
    subscription_id TEXT    NOT NULL REFERENCES webhook_subscriptions (id) ON DELETE CASCADE,
    status          TEXT    NOT NULL,
    attempts        INTEGER NOT NULL,
    tries           INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    next_attempt_at INTEGER NULL,
    lease_owner     TEXT    NULL,
    completed_at    INTEGER NULL,
    response_status INTEGER NULL
);
CREATE UNIQUE INDEX ux_webhook_deliveries_id  ON webhook_deliveries (id);
CREATE INDEX ix_webhook_deliveries_message    ON webhook_deliveries (message_id);
CREATE INDEX ix_webhook_deliveries_created    ON webhook_deliveries (subscription_id, created_at);
CREATE INDEX ix_webhook_deliveries_due        ON webhook_deliveries (subscription_id, next_attempt_at) WHERE status = 'pending';
CREATE INDEX ix_webhook_deliveries_unsent     ON webhook_deliveries (subscription_id, status, created_at) WHERE status IN ('failed', 'held');

CREATE TABLE webhook_attempts (
    delivery_seq INTEGER NOT NULL REFERENCES webhook_deliveries (seq) ON DELETE CASCADE,
    number       INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    status       INTEGER NULL,
    error        TEXT    NULL,
    duration_ms  REAL    NOT NULL,
    answer       TEXT    NULL,
    PRIMARY KEY (delivery_seq, number)
) WITHOUT ROWID;

CREATE TABLE api_keys (
    id         TEXT    NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL,
    hash       BLOB    NOT NULL,
    prefix     TEXT    NOT NULL,
    scopes     TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX ux_api_keys_hash ON api_keys (hash);

CREATE TABLE idempotency_keys (
    key_id          TEXT    NOT NULL,
    idempotency_key TEXT    NOT NULL,
    request_hash    BLOB    NOT NULL,
    status          INTEGER NULL,
    headers         TEXT    NULL,
    body            BLOB    NULL,
    created_at      INTEGER NOT NULL,
    PRIMARY KEY (key_id, idempotency_key)
) WITHOUT ROWID;
CREATE INDEX ix_idempotency_keys_created ON idempotency_keys (created_at);

-- Events that were accepted before an account was erased must not bring it back.
CREATE TABLE erasures (
    account_id TEXT    NOT NULL PRIMARY KEY,
    erased_at  INTEGER NOT NULL
) WITHOUT ROWID;
