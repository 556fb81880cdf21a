-- Inbound webhooks. settings is the document that the owner sets; secrets are encrypted; system names the external id that customers are looked up by.
CREATE TABLE integrations (
    id         TEXT    NOT NULL PRIMARY KEY,
    vendor     TEXT    NOT NULL,
    system     TEXT    NOT NULL,
    settings   TEXT    NOT NULL,
    secrets    TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) WITHOUT ROWID;

-- The secrets of tracking integrations by their hash: a tracking call names no integration, only its write key.
CREATE TABLE integration_write_keys (
    hash           TEXT    NOT NULL,
    integration_id TEXT    NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
    expires_at     INTEGER NULL,
    PRIMARY KEY (hash, integration_id)
) WITHOUT ROWID;
CREATE INDEX ix_integration_write_keys_integration ON integration_write_keys (integration_id);

CREATE TABLE account_external_ids (
    system      TEXT NOT NULL,
    external_id TEXT NOT NULL,
    account_id  TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    PRIMARY KEY (system, external_id, account_id)
) WITHOUT ROWID;
CREATE INDEX ix_account_external_ids_account ON account_external_ids (account_id);

INSERT INTO account_external_ids (system, external_id, account_id)
SELECT e.key, e.value, a.id FROM accounts AS a, json_each(a.profile, '$.externalIds') AS e;

-- What is known of a vendor's names as of when: a name leads to another (target), or, for 'fact:…', a field of a customer was told (no target).
CREATE TABLE integration_links (
    integration_id TEXT    NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
    reference      TEXT    NOT NULL,
    target         TEXT    NULL,
    as_of          INTEGER NOT NULL,
    PRIMARY KEY (integration_id, reference)
) WITHOUT ROWID;

-- Payloads that are kept: parked until an account claims their customer (reference), or unmapped.
CREATE TABLE integration_payloads (
    id             TEXT    NOT NULL PRIMARY KEY,
    integration_id TEXT    NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
    state          TEXT    NOT NULL,
    system         TEXT    NOT NULL,
    item_key       TEXT    NOT NULL,
    kind           TEXT    NOT NULL,
    reference      TEXT    NULL,
    reason         TEXT    NOT NULL,
    payload        TEXT    NOT NULL,
    received_at    INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX ix_integration_payloads_list     ON integration_payloads (integration_id, state, received_at, id);
CREATE INDEX ix_integration_payloads_parked   ON integration_payloads (state, system, reference);
CREATE INDEX ix_integration_payloads_received ON integration_payloads (received_at);
