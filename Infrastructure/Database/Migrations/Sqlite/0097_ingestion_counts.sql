-- As on SQL Server, where every lane adds to rows of its own. A figure is the sum over the parts and what ingestion_counters and ingestion_sources hold
-- from earlier versions.
CREATE TABLE ingestion_counts (
    name  TEXT    NOT NULL,
    part  INTEGER NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (part, name)
) WITHOUT ROWID;

CREATE TABLE ingestion_source_counts (
    source           TEXT    NOT NULL,
    part             INTEGER NOT NULL,
    events           INTEGER NOT NULL,
    last_occurred_at INTEGER NOT NULL,
    last_received_at INTEGER NOT NULL,
    PRIMARY KEY (part, source)
) WITHOUT ROWID;
