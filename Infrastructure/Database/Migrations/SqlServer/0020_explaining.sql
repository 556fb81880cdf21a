-- What owners said of accounts against their data; data is the whole as JSON. Rows are never deleted, so who overrode what stays on record.
CREATE TABLE account_overrides (
    id         nvarchar(64)  COLLATE Latin1_General_100_BIN2 NOT NULL PRIMARY KEY,
    account_id nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    set_at     datetime2(6)  NOT NULL,
    set_by     nvarchar(200) COLLATE Latin1_General_100_BIN2 NOT NULL,
    expires_at datetime2(6)  NOT NULL,
    ended_at   datetime2(6)  NULL,
    ended_by   nvarchar(200) COLLATE Latin1_General_100_BIN2 NULL,
    data       nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL
);
CREATE INDEX ix_account_overrides_account ON account_overrides (account_id, set_at);

-- Profiles as they were, so that the past is judged by what held then.
CREATE TABLE account_profiles (
    account_id nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    since      datetime2(6)  NOT NULL,
    profile    nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
    PRIMARY KEY (account_id, since)
);
INSERT INTO account_profiles (account_id, since, profile) SELECT id, updated_at, profile FROM accounts;

GO

ALTER TABLE account_states ADD disagrees bit NOT NULL DEFAULT 0;
GO

CREATE INDEX ix_account_states_disagrees ON account_states (account_id) WHERE disagrees = 1;
