-- Counters of many rows: every lane adds to rows of its own, so that no transaction waits for another one's commit. A figure is the sum over the parts
-- and what ingestion_counters and ingestion_sources hold from earlier versions.
CREATE TABLE ingestion_counts (
    name  nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    part  bigint        NOT NULL,
    value bigint        NOT NULL,
    CONSTRAINT pk_ingestion_counts PRIMARY KEY (part, name)
);
GO

CREATE TABLE ingestion_source_counts (
    source           nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    part             bigint        NOT NULL,
    events           bigint        NOT NULL,
    last_occurred_at datetime2(6)  NOT NULL,
    last_received_at datetime2(6)  NOT NULL,
    CONSTRAINT pk_ingestion_source_counts PRIMARY KEY (part, source)
);
