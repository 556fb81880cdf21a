-- How far each of the broker's lanes has come: when the oldest event of its last batch was accepted. Processes without a worker tell the lag by it.
CREATE TABLE lane_progress (
    lane        INTEGER NOT NULL PRIMARY KEY,
    received_at INTEGER NOT NULL
);
