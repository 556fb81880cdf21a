-- The schema of the SQLite migration of this name, in SQL Server's types (docs/decisions/0007-sql-server.md). What grows with time is clustered
-- by time or by a sequence, so that inserts go to the end; ids that are hashes have unique indexes beside that.

CREATE TABLE settings (
    name  nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_settings PRIMARY KEY,
    value nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL
);

CREATE TABLE accounts (
    id           nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_accounts PRIMARY KEY,
    name         nvarchar(200) COLLATE Latin1_General_100_BIN2 NOT NULL,
    segment      nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    phase        nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    owner        nvarchar(128) COLLATE Latin1_General_100_BIN2 NULL,
    parent_id    nvarchar(128) COLLATE Latin1_General_100_BIN2 NULL,
    arr          decimal(19,4) NULL,
    mrr          decimal(19,4) NULL,
    renewal_date datetime2(6) NULL,
    churned_at   datetime2(6) NULL,
    profile      nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
    version      bigint NOT NULL,
    created_at   datetime2(6) NOT NULL,
    updated_at   datetime2(6) NOT NULL
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
    account_id nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT fk_account_tags_account REFERENCES accounts (id) ON DELETE CASCADE,
    tag        nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    CONSTRAINT pk_account_tags PRIMARY KEY (tag, account_id)
);
CREATE INDEX ix_account_tags_account ON account_tags (account_id);

CREATE TABLE account_states (
    account_id        nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_account_states PRIMARY KEY
        CONSTRAINT fk_account_states_account REFERENCES accounts (id) ON DELETE CASCADE,
    version           bigint NOT NULL,
    figures           varbinary(max) NOT NULL,
    memory            nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
    score             float NULL,
    category          nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    previous_category nvarchar(64) COLLATE Latin1_General_100_BIN2 NULL,
    risk_score        float NOT NULL,
    risk_level        nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    evaluated_at      datetime2(6) NULL,
    due_at            datetime2(6) NULL,
    restate_from      bigint NULL
);
CREATE INDEX ix_account_states_due      ON account_states (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX ix_account_states_restate  ON account_states (restate_from) WHERE restate_from IS NOT NULL;
CREATE INDEX ix_account_states_score    ON account_states (score, account_id);
CREATE INDEX ix_account_states_risk     ON account_states (risk_score, account_id);
CREATE INDEX ix_account_states_category ON account_states (category, account_id);

CREATE TABLE events (
    seq         bigint IDENTITY NOT NULL CONSTRAINT pk_events PRIMARY KEY,
    source      nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    id          nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    type        bigint NOT NULL,
    account_id  nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    occurred_at datetime2(6) NOT NULL,
    received_at datetime2(6) NOT NULL,
    hash        bigint NOT NULL,
    data        nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL
);
CREATE UNIQUE INDEX ux_events_identity ON events (source, id) INCLUDE (hash);
CREATE INDEX ix_events_account ON events (account_id, occurred_at);

CREATE TABLE event_conflicts (
    seq         bigint IDENTITY NOT NULL CONSTRAINT pk_event_conflicts PRIMARY KEY,
    source      nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    id          nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    type        bigint NOT NULL,
    account_id  nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    occurred_at datetime2(6) NOT NULL,
    received_at datetime2(6) NOT NULL,
    hash        bigint NOT NULL,
    data        nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL
);
CREATE UNIQUE INDEX ux_event_conflicts ON event_conflicts (source, id, hash);
CREATE INDEX ix_event_conflicts_account ON event_conflicts (account_id, received_at);

CREATE TABLE parked_events (
    id         nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_parked_events PRIMARY KEY,
    source     nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    event_id   nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    account_id nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    payload    varbinary(max) NOT NULL,
    error      nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
    parked_at  datetime2(6) NOT NULL
);

CREATE TABLE ingestion_counters (
    name  nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_ingestion_counters PRIMARY KEY,
    value bigint NOT NULL
);

CREATE TABLE ingestion_sources (
    source           nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_ingestion_sources PRIMARY KEY,
    events           bigint NOT NULL,
    last_occurred_at datetime2(6) NOT NULL,
    last_received_at datetime2(6) NOT NULL
);

-- Clustered by day: a day's rows of all accounts go to the end.
CREATE TABLE score_history (
    account_id    nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT fk_score_history_account REFERENCES accounts (id) ON DELETE CASCADE,
    day           bigint NOT NULL,
    at            datetime2(6) NOT NULL,
    score         float NULL,
    category      nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    risk_score    float NOT NULL,
    risk_level    nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    CONSTRAINT pk_score_history PRIMARY KEY NONCLUSTERED (account_id, day)
);
CREATE CLUSTERED INDEX cx_score_history ON score_history (day, account_id);

CREATE TABLE crossings (
    id         nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_crossings PRIMARY KEY NONCLUSTERED,
    account_id nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT fk_crossings_account REFERENCES accounts (id) ON DELETE CASCADE,
    sequence   bigint NOT NULL,
    at         datetime2(6) NOT NULL,
    metric     nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    threshold  nvarchar(200) COLLATE Latin1_General_100_BIN2 NOT NULL,
    direction  nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    resolves   nvarchar(128) COLLATE Latin1_General_100_BIN2 NULL,
    data       nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL
);
CREATE CLUSTERED INDEX cx_crossings ON crossings (at, id);
CREATE UNIQUE INDEX ux_crossings_sequence ON crossings (account_id, sequence);
CREATE INDEX ix_crossings_account ON crossings (account_id, at);

CREATE TABLE thresholds (
    id         nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_thresholds PRIMARY KEY,
    document   nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
    version    bigint NOT NULL,
    updated_at datetime2(6) NOT NULL
);

CREATE TABLE webhook_subscriptions (
    id              nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_webhook_subscriptions PRIMARY KEY,
    url             nvarchar(2000) COLLATE Latin1_General_100_BIN2 NOT NULL,
    event_types     nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
    description     nvarchar(500) COLLATE Latin1_General_100_BIN2 NULL,
    filter          nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL,
    max_per_minute  bigint NULL,
    enabled         bit NOT NULL,
    disabled_reason nvarchar(64) COLLATE Latin1_General_100_BIN2 NULL,
    secrets         nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
    version         bigint NOT NULL,
    failing_since   datetime2(6) NULL,
    paused_until    datetime2(6) NULL,
    budget          nvarchar(2000) COLLATE Latin1_General_100_BIN2 NULL,
    created_at      datetime2(6) NOT NULL,
    updated_at      datetime2(6) NOT NULL
);

CREATE TABLE webhook_messages (
    id         nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_webhook_messages PRIMARY KEY NONCLUSTERED,
    type       nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    account_id nvarchar(128) COLLATE Latin1_General_100_BIN2 NULL,
    created_at datetime2(6) NOT NULL,
    trace      nvarchar(128) COLLATE Latin1_General_100_BIN2 NULL,
    body       nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL
);
CREATE CLUSTERED INDEX cx_webhook_messages ON webhook_messages (created_at, id);
CREATE INDEX ix_webhook_messages_account ON webhook_messages (account_id, created_at) WHERE account_id IS NOT NULL;

CREATE TABLE webhook_deliveries (
    seq             bigint IDENTITY NOT NULL CONSTRAINT pk_webhook_deliveries PRIMARY KEY,
    id              nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    message_id      nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT fk_webhook_deliveries_message REFERENCES webhook_messages (id) ON DELETE CASCADE,
    subscription_id nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT fk_webhook_deliveries_subscription REFERENCES webhook_subscriptions (id) ON DELETE CASCADE,
    status          nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    attempts        bigint NOT NULL,
    tries           bigint NOT NULL,
    created_at      datetime2(6) NOT NULL,
    next_attempt_at datetime2(6) NULL,
    lease_owner     nvarchar(64) COLLATE Latin1_General_100_BIN2 NULL,
    completed_at    datetime2(6) NULL,
    response_status bigint NULL
);
CREATE UNIQUE INDEX ux_webhook_deliveries_id  ON webhook_deliveries (id);
CREATE INDEX ix_webhook_deliveries_message    ON webhook_deliveries (message_id);
CREATE INDEX ix_webhook_deliveries_created    ON webhook_deliveries (subscription_id, created_at);
CREATE INDEX ix_webhook_deliveries_due        ON webhook_deliveries (subscription_id, next_attempt_at) WHERE status = 'pending';
CREATE INDEX ix_webhook_deliveries_unsent     ON webhook_deliveries (subscription_id, status, created_at) WHERE status IN ('failed', 'held');

CREATE TABLE webhook_attempts (
    delivery_seq bigint NOT NULL CONSTRAINT fk_webhook_attempts_delivery REFERENCES webhook_deliveries (seq) ON DELETE CASCADE,
    number       bigint NOT NULL,
    at           datetime2(6) NOT NULL,
    status       bigint NULL,
    error        nvarchar(64) COLLATE Latin1_General_100_BIN2 NULL,
    duration_ms  float NOT NULL,
    answer       nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL,
    CONSTRAINT pk_webhook_attempts PRIMARY KEY (delivery_seq, number)
);

CREATE TABLE api_keys (
    id         nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_api_keys PRIMARY KEY,
    name       nvarchar(200) COLLATE Latin1_General_100_BIN2 NOT NULL,
    hash       varbinary(32) NOT NULL,
    prefix     nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    scopes     nvarchar(500) COLLATE Latin1_General_100_BIN2 NOT NULL,
    created_at datetime2(6) NOT NULL,
    revoked_at datetime2(6) NULL
);
CREATE UNIQUE INDEX ux_api_keys_hash ON api_keys (hash);

CREATE TABLE idempotency_keys (
    key_id          nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    idempotency_key nvarchar(256) COLLATE Latin1_General_100_BIN2 NOT NULL,
    request_hash    varbinary(32) NOT NULL,
    status          bigint NULL,
    headers         nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL,
    body            varbinary(max) NULL,
    created_at      datetime2(6) NOT NULL,
    CONSTRAINT pk_idempotency_keys PRIMARY KEY NONCLUSTERED (key_id, idempotency_key)
);
CREATE CLUSTERED INDEX cx_idempotency_keys ON idempotency_keys (created_at);

CREATE TABLE erasures (
    account_id nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_erasures PRIMARY KEY,
    erased_at  datetime2(6) NOT NULL
);

-- On SQLite the lanes have a file of their own. A claim (lease_owner) ends at leased_until.
CREATE TABLE lane_batches (
    id           bigint IDENTITY NOT NULL CONSTRAINT pk_lane_batches PRIMARY KEY,
    lane         bigint NOT NULL,
    events       bigint NOT NULL,
    appended_at  datetime2(6) NOT NULL,
    payload      varbinary(max) NOT NULL,
    lease_owner  nvarchar(64) COLLATE Latin1_General_100_BIN2 NULL,
    leased_until datetime2(6) NULL
);
CREATE INDEX ix_lane_batches_lane ON lane_batches (lane, id) INCLUDE (events, appended_at, lease_owner, leased_until);
GO

-- Rows of the hot path, sent as one parameter a statement.
CREATE TYPE event_rows AS TABLE (
    position    bigint NOT NULL,
    source      nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    id          nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    type        bigint NOT NULL,
    account_id  nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    occurred_at datetime2(6) NOT NULL,
    received_at datetime2(6) NOT NULL,
    hash        bigint NOT NULL,
    data        nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL
);
GO

CREATE TYPE account_state_rows AS TABLE (
    account_id        nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    known_version     bigint NOT NULL,
    figures           varbinary(max) NOT NULL,
    memory            nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
    score             float NULL,
    category          nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    previous_category nvarchar(64) COLLATE Latin1_General_100_BIN2 NULL,
    risk_score        float NOT NULL,
    risk_level        nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    evaluated_at      datetime2(6) NOT NULL,
    due_at            datetime2(6) NULL,
    restate_from      bigint NULL
);
GO

CREATE TYPE lane_batch_rows AS TABLE (
    position bigint NOT NULL,
    lane     bigint NOT NULL,
    events   bigint NOT NULL,
    payload  varbinary(max) NOT NULL
);
GO
