-- See the SQLite migration of this name.
CREATE TABLE account_baselines (
    account_id        nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT fk_account_baselines_account REFERENCES accounts (id) ON DELETE CASCADE,
    horizon           datetime2(6) NOT NULL,
    version           bigint NOT NULL,
    format            bigint NOT NULL,
    first_received_at datetime2(6) NOT NULL,
    last_received_at  datetime2(6) NOT NULL,
    figures           varbinary(max) NOT NULL,
    CONSTRAINT pk_account_baselines PRIMARY KEY (account_id, horizon)
);

CREATE TABLE account_restatements (
    account_id   nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_account_restatements PRIMARY KEY
        CONSTRAINT fk_account_restatements_account REFERENCES accounts (id) ON DELETE CASCADE,
    from_day     bigint NOT NULL,
    claim        nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    leased_until datetime2(6) NOT NULL
);
