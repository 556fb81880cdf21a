-- Processes that accept events: how many they have acknowledged (part -1, written by themselves up to a second late) and how many of theirs the workers have taken
-- (one row for each part, so that lanes do not wait for each other). Process 0 stands for messages without an id, for events that came by no lane, and for
-- processes that are gone with all of theirs taken. What earlier versions have taken is what ingestion_counters holds.
CREATE TABLE lane_processes (
    id       INTEGER NOT NULL,
    part     INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    taken    INTEGER NOT NULL,
    seen_at  INTEGER NOT NULL,
    PRIMARY KEY (id, part)
) WITHOUT ROWID;

-- Lane messages that were taken, each written in the transaction that took it: what is delivered again is skipped whole.
CREATE TABLE lane_inbox (
    process  INTEGER NOT NULL,
    number   INTEGER NOT NULL,
    taken_at INTEGER NOT NULL,
    PRIMARY KEY (process, number)
) WITHOUT ROWID;

-- How many events a parked row stands for: more than one where a whole payload cannot be read.
ALTER TABLE parked_events ADD COLUMN events INTEGER NOT NULL DEFAULT 1;
CREATE INDEX ix_parked_events_account ON parked_events (account_id, parked_at, id);

INSERT INTO lane_processes (id, part, accepted, taken, seen_at) SELECT 0, 0, 0, COUNT(*), 0 FROM parked_events;
