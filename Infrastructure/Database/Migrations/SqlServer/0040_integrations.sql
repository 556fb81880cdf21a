-- Inbound webhooks. settings is the document that the owner sets; secrets are encrypted; system names the external id that customers are looked up by.
CREATE TABLE integrations (
    id         nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_integrations PRIMARY KEY,
    vendor     nvarchar(32)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    system     nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    settings   nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
    secrets    nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
    version    bigint        NOT NULL,
    created_at datetime2(6)  NOT NULL,
    updated_at datetime2(6)  NOT NULL
);
GO

-- The secrets of tracking integrations by their hash: a tracking call names no integration, only its write key.
CREATE TABLE integration_write_keys (
    hash           nvarchar(64)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    integration_id nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL
        CONSTRAINT fk_integration_write_keys_integration REFERENCES integrations (id) ON DELETE CASCADE,
    expires_at     datetime2(6)  NULL,
    CONSTRAINT pk_integration_write_keys PRIMARY KEY (hash, integration_id)
);
CREATE INDEX ix_integration_write_keys_integration ON integration_write_keys (integration_id);
GO

CREATE TABLE account_external_ids (
    system      nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    external_id nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    account_id  nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL
        CONSTRAINT fk_account_external_ids_account REFERENCES accounts (id) ON DELETE CASCADE,
    CONSTRAINT pk_account_external_ids PRIMARY KEY (system, external_id, account_id)
);
CREATE INDEX ix_account_external_ids_account ON account_external_ids (account_id);
GO

INSERT INTO account_external_ids (system, external_id, account_id)
SELECT e.[key], e.value, a.id FROM accounts AS a CROSS APPLY OPENJSON(a.profile, '$.externalIds') AS e;
GO

-- What is known of a vendor's names as of when: a name leads to another (target), or, for 'fact:…', a field of a customer was told (no target).
CREATE TABLE integration_links (
    integration_id nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL
        CONSTRAINT fk_integration_links_integration REFERENCES integrations (id) ON DELETE CASCADE,
    reference      nvarchar(200) COLLATE Latin1_General_100_BIN2 NOT NULL,
    target         nvarchar(128) COLLATE Latin1_General_100_BIN2 NULL,
    as_of          datetime2(6)  NOT NULL,
    CONSTRAINT pk_integration_links PRIMARY KEY (integration_id, reference)
);
GO

-- Payloads that are kept: parked until an account claims their customer (reference), or unmapped.
CREATE TABLE integration_payloads (
    id             nvarchar(128)  COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_integration_payloads PRIMARY KEY,
    integration_id nvarchar(128)  COLLATE Latin1_General_100_BIN2 NOT NULL
        CONSTRAINT fk_integration_payloads_integration REFERENCES integrations (id) ON DELETE CASCADE,
    state          nvarchar(16)   COLLATE Latin1_General_100_BIN2 NOT NULL,
    system         nvarchar(128)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    item_key       nvarchar(128)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    kind           nvarchar(128)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    reference      nvarchar(128)  COLLATE Latin1_General_100_BIN2 NULL,
    reason         nvarchar(max)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    payload        nvarchar(max)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    received_at    datetime2(6)   NOT NULL
);
CREATE INDEX ix_integration_payloads_list     ON integration_payloads (integration_id, state, received_at, id);
CREATE INDEX ix_integration_payloads_parked   ON integration_payloads (state, system, reference);
CREATE INDEX ix_integration_payloads_received ON integration_payloads (received_at);
GO
