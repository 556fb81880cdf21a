-- The accounts that the result of a simulation of alerts shows. They stand apart from the result, so that they disappear with the account.
CREATE TABLE simulated_accounts (
    job_id     TEXT    NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    account_id TEXT    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    opened     INTEGER NOT NULL,
    updated    INTEGER NOT NULL,
    resolved   INTEGER NOT NULL,
    PRIMARY KEY (job_id, account_id)
) WITHOUT ROWID;
CREATE INDEX ix_simulated_accounts_account ON simulated_accounts (account_id);
