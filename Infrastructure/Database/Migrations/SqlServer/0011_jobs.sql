-- Work in the background. A worker that has claimed a job renews its lease with every step; when the lease has run out, another goes on at position.
CREATE TABLE jobs (
    id          nvarchar(64)  COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_jobs PRIMARY KEY,
    kind        nvarchar(64)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    request     nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
    status      nvarchar(16)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    position    nvarchar(256) COLLATE Latin1_General_100_BIN2 NULL,
    done        bigint                                        NOT NULL,
    total       bigint                                        NULL,
    result      nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL,
    error       nvarchar(max) COLLATE Latin1_General_100_BIN2 NULL,
    lease_owner nvarchar(64)  COLLATE Latin1_General_100_BIN2 NULL,
    lease_until datetime2(6)                                  NULL,
    created_at  datetime2(6)                                  NOT NULL,
    started_at  datetime2(6)                                  NULL,
    finished_at datetime2(6)                                  NULL
);
GO

CREATE INDEX ix_jobs_open ON jobs (created_at) WHERE finished_at IS NULL;
