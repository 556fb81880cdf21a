-- Where in the lanes an account was erased: a row of a lane table, and markers in the broker's queues (JSON) until workers have met them all. erasing is 1 while
-- its rows are being deleted, dropped counts its events that came too late. Rows of older versions know only the time.
ALTER TABLE erasures ADD erasing bit NOT NULL CONSTRAINT df_erasures_erasing DEFAULT 0;
ALTER TABLE erasures ADD lane_table nvarchar(64) COLLATE Latin1_General_100_BIN2 NULL;
ALTER TABLE erasures ADD lane_row bigint NULL;
ALTER TABLE erasures ADD markers nvarchar(4000) COLLATE Latin1_General_100_BIN2 NULL;
ALTER TABLE erasures ADD dropped bigint NOT NULL CONSTRAINT df_erasures_dropped DEFAULT 0;
GO

CREATE INDEX ix_erasures_erasing ON erasures (account_id) WHERE erasing = 1;
CREATE INDEX ix_erasures_markers ON erasures (account_id) WHERE markers IS NOT NULL;
CREATE INDEX ix_erasures_erased  ON erasures (erased_at);

-- What an erasure looks for by the names of a customer.
CREATE INDEX ix_integration_payloads_reference ON integration_payloads (reference, system) WHERE reference IS NOT NULL;
CREATE INDEX ix_integration_links_target       ON integration_links (target, integration_id) WHERE target IS NOT NULL;

-- The accounts that a stored answer shows, so that it goes with any of them; they expire with the answers.
CREATE TABLE idempotency_accounts (
    account_id      nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    key_id          nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    idempotency_key nvarchar(256) COLLATE Latin1_General_100_BIN2 NOT NULL,
    created_at      datetime2(6)  NOT NULL,
    CONSTRAINT pk_idempotency_accounts PRIMARY KEY NONCLUSTERED (account_id, key_id, idempotency_key)
);
CREATE CLUSTERED INDEX cx_idempotency_accounts ON idempotency_accounts (created_at);
