-- See the SQLite migration of this name.
CREATE TABLE integration_refusal_counts (
    integration_id nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
    reason         nvarchar(32)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    refused        bigint NOT NULL,
    last_at        datetime2(6) NOT NULL,
    CONSTRAINT pk_integration_refusal_counts PRIMARY KEY (integration_id, reason)
);

CREATE TABLE integration_refusals (
    integration_id nvarchar(128)  COLLATE Latin1_General_100_BIN2 NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
    reason         nvarchar(32)   COLLATE Latin1_General_100_BIN2 NOT NULL,
    at             datetime2(6) NOT NULL,
    id             nvarchar(64)   COLLATE Latin1_General_100_BIN2 NOT NULL,
    status         bigint NOT NULL,
    detail         nvarchar(1000) COLLATE Latin1_General_100_BIN2 NOT NULL,
    content_type   nvarchar(200)  COLLATE Latin1_General_100_BIN2 NULL,
    bytes          bigint NULL,
    address        nvarchar(64)   COLLATE Latin1_General_100_BIN2 NULL,
    CONSTRAINT pk_integration_refusals PRIMARY KEY (integration_id, reason, at, id)
);
