-- Processes that accept events: how many they have acknowledged (part -1, written by themselves up to a second late) and how many of theirs the workers have taken
-- (one row for each part, so that lanes do not wait for each other). Process 0 stands for messages without an id, for events that came by no lane, and for
-- processes that are gone with all of theirs taken. What earlier versions have taken is what ingestion_counters holds.
CREATE TABLE lane_processes (
    id       bigint       NOT NULL,
    part     bigint       NOT NULL,
    accepted bigint       NOT NULL,
    taken    bigint       NOT NULL,
    seen_at  datetime2(6) NOT NULL,
    CONSTRAINT pk_lane_processes PRIMARY KEY (id, part)
);

-- Lane messages that were taken, each written in the transaction that took it: what is delivered again is skipped whole.
CREATE TABLE lane_inbox (
    process  bigint       NOT NULL,
    number   bigint       NOT NULL,
    taken_at datetime2(6) NOT NULL,
    CONSTRAINT pk_lane_inbox PRIMARY KEY (process, number)
);

-- How many events a parked row stands for: more than one where a whole payload cannot be read.
ALTER TABLE parked_events ADD events bigint NOT NULL CONSTRAINT df_parked_events_events DEFAULT 1;
CREATE INDEX ix_parked_events_account ON parked_events (account_id, parked_at, id);
GO

INSERT INTO lane_processes (id, part, accepted, taken, seen_at) SELECT 0, 0, 0, COUNT(*), '1970-01-01T00:00:00' FROM parked_events;
