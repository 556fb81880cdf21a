-- Work in the background. A worker that has claimed a job renews its lease with every step; when the lease has run out, another goes on at position.
CREATE TABLE jobs (
    id          TEXT    NOT NULL PRIMARY KEY,
    kind        TEXT    NOT NULL,
    request     TEXT    NOT NULL,
    status      TEXT    NOT NULL,
    position    TEXT    NULL,
    done        INTEGER NOT NULL,
    total       INTEGER NULL,
    result      TEXT    NULL,
    error       TEXT    NULL,
    lease_owner TEXT    NULL,
    lease_until INTEGER NULL,
    created_at  INTEGER NOT NULL,
    started_at  INTEGER NULL,
    finished_at INTEGER NULL
);
CREATE INDEX ix_jobs_open ON jobs (created_at) WHERE finished_at IS NULL;
