-- Models, churn rules and segment policies, as they were written; a row never changes. Those shipped with the product (version 1) are not here.
CREATE TABLE policy_documents (
    kind       nvarchar(32)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    id         nvarchar(64)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    version    bigint                                        NOT NULL,
    document   nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
    created_at datetime2(6)                                  NOT NULL,
    CONSTRAINT pk_policy_documents PRIMARY KEY (kind, id, version)
);
GO

-- What came in force, in order: a model for a segment (* for all without one of their own), churn rules, a segment policy. A row never changes.
CREATE TABLE policy_changes (
    revision bigint                                       NOT NULL CONSTRAINT pk_policy_changes PRIMARY KEY,
    at       datetime2(6)                                 NOT NULL,
    kind     nvarchar(32) COLLATE Latin1_General_100_BIN2 NOT NULL,
    segment  nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    id       nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    version  bigint                                       NOT NULL,
    announce bit                                          NOT NULL
);
