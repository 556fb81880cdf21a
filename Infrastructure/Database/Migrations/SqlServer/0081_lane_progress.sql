-- How far each of the broker's lanes has come: when the oldest event of its last batch was accepted. Processes without a worker tell the lag by it.
CREATE TABLE lane_progress (
    lane        bigint       NOT NULL PRIMARY KEY,
    received_at datetime2(6) NOT NULL
);
