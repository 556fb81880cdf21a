-- Where in the lanes an account was erased: a row of a lane table, and markers in the broker's queues (JSON) until workers have met them all. erasing is 1 while
-- its rows are being deleted, dropped counts its events that came too late. Rows of older versions know only the time.
ALTER TABLE erasures ADD COLUMN erasing INTEGER NOT NULL DEFAULT 0;
ALTER TABLE erasures ADD COLUMN lane_table TEXT NULL;
ALTER TABLE erasures ADD COLUMN lane_row INTEGER NULL;
ALTER TABLE erasures ADD COLUMN markers TEXT NULL;
ALTER TABLE erasures ADD COLUMN dropped INTEGER NOT NULL DEFAULT 0;
CREATE INDEX ix_erasures_erasing ON erasures (account_id) WHERE erasing = 1;
CREATE INDEX ix_erasures_markers ON erasures (account_id) WHERE markers IS NOT NULL;
CREATE INDEX ix_erasures_erased  ON erasures (erased_at);

-- What an erasure looks for by the names of a customer.
CREATE INDEX ix_integration_payloads_reference ON integration_payloads (reference, system) WHERE reference IS NOT NULL;
CREATE INDEX ix_integration_links_target       ON integration_links (target, integration_id) WHERE target IS NOT NULL;

-- The accounts that a stored answer shows, so that it goes with any of them; they expire with the answers.
CREATE TABLE idempotency_accounts (
    account_id      TEXT    NOT NULL,
    key_id          TEXT    NOT NULL,
    idempotency_key TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    PRIMARY KEY (account_id, key_id, idempotency_key)
) WITHOUT ROWID;
CREATE INDEX ix_idempotency_accounts_created ON idempotency_accounts (created_at);
