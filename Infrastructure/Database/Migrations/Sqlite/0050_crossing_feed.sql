-- Crossings for consumers on the message bus, in the order they were decided; written in the transaction that decided them, gone once the broker has confirmed.
CREATE TABLE crossing_feed (
    seq        INTEGER NOT NULL PRIMARY KEY,
    message_id TEXT    NOT NULL,
    account_id TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    trace      TEXT    NULL,
    body       TEXT    NOT NULL
);
CREATE UNIQUE INDEX ux_crossing_feed_message ON crossing_feed (message_id);
CREATE INDEX ix_crossing_feed_account        ON crossing_feed (account_id);

-- One row: who publishes, so that the order of the feed is the order on the broker.
CREATE TABLE crossing_feed_lease (
    id           INTEGER NOT NULL PRIMARY KEY,
    owner        TEXT    NULL,
    leased_until INTEGER NOT NULL
);
INSERT INTO crossing_feed_lease (id, owner, leased_until) VALUES (1, NULL, 0);
