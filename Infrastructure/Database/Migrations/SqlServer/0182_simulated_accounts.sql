-- See the SQLite migration of this name.
CREATE TABLE simulated_accounts (
    job_id     nvarchar(64)  COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT fk_simulated_accounts_job REFERENCES jobs (id) ON DELETE CASCADE,
    account_id nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT fk_simulated_accounts_account REFERENCES accounts (id) ON DELETE CASCADE,
    opened     bigint        NOT NULL,
    updated    bigint        NOT NULL,
    resolved   bigint        NOT NULL,
    CONSTRAINT pk_simulated_accounts PRIMARY KEY (job_id, account_id)
);
CREATE INDEX ix_simulated_accounts_account ON simulated_accounts (account_id);
