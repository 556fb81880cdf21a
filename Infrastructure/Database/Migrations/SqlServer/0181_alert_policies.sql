-- See the SQLite migration of this name.
CREATE TABLE alert_policies (
    version    bigint                                        NOT NULL CONSTRAINT pk_alert_policies PRIMARY KEY,
    document   nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
    created_at datetime2(6)                                  NOT NULL
);
