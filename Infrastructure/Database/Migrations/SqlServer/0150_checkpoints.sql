-- See the SQLite migration of this name.
CREATE TABLE account_checkpoints (
    account_id        nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT fk_account_checkpoints_account REFERENCES accounts (id) ON DELETE CASCADE,
    horizon           datetime2(6) NOT NULL,
    last_seq          bigint NOT NULL,
    first_received_at datetime2(6) NOT NULL,
    last_received_at  datetime2(6) NOT NULL,
    figures           varbinary(max) NOT NULL,
    CONSTRAINT pk_account_checkpoints PRIMARY KEY (account_id, horizon)
);

CREATE TABLE checkpointed_accounts (
    account_id       nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_checkpointed_accounts PRIMARY KEY
        CONSTRAINT fk_checkpointed_accounts_account REFERENCES accounts (id) ON DELETE CASCADE,
    format           bigint NOT NULL,
    baseline_version bigint NOT NULL
);
CREATE INDEX ix_checkpointed_accounts_again ON checkpointed_accounts (account_id) WHERE baseline_version = -1;

CREATE TABLE checkpoint_search (
    id  bigint NOT NULL CONSTRAINT pk_checkpoint_search PRIMARY KEY,
    seq bigint NOT NULL
);
GO
INSERT INTO checkpoint_search (id, seq) VALUES (1, 0);
