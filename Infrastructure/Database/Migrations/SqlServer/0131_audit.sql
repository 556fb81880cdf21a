-- Who changed what in the service's configuration, and erased or overrode which account: appended in the transaction of the change. state_before and state_after are
-- JSON without secrets. Rows are never changed, except that an account's erasure takes what tells of it (erased = 1), and go with the retention.
CREATE TABLE audit_entries (
    seq          bigint        NOT NULL IDENTITY(1, 1) CONSTRAINT pk_audit_entries PRIMARY KEY,
    id           nvarchar(64)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    at           datetime2(6)  NOT NULL,
    kind         nvarchar(64)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    action       nvarchar(64)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    subject      nvarchar(256) COLLATE Latin1_General_100_BIN2 NOT NULL,
    account_id   nvarchar(128) COLLATE Latin1_General_100_BIN2 NULL,
    actor_kind   nvarchar(64)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    actor_id     nvarchar(128) COLLATE Latin1_General_100_BIN2 NULL,
    actor_name   nvarchar(200) COLLATE Latin1_General_100_BIN2 NOT NULL,
    state_before nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL,
    state_after  nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL,
    erased       bit           NOT NULL
);
CREATE INDEX ix_audit_entries_at      ON audit_entries (at, seq);
CREATE INDEX ix_audit_entries_subject ON audit_entries (subject, at, seq);
CREATE INDEX ix_audit_entries_account ON audit_entries (account_id, at, seq) WHERE account_id IS NOT NULL;
