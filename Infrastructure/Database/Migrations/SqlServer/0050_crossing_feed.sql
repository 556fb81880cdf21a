-- Crossings for consumers on the message bus, in the order they were decided; written in the transaction that decided them, gone once the broker has confirmed.
CREATE TABLE crossing_feed (
    seq        bigint        NOT NULL IDENTITY(1, 1) CONSTRAINT pk_crossing_feed PRIMARY KEY,
    message_id nvarchar(64)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    account_id nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    created_at datetime2(6)  NOT NULL,
    trace      nvarchar(64)  COLLATE Latin1_General_100_BIN2 NULL,
    body       nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL
);
CREATE UNIQUE INDEX ux_crossing_feed_message ON crossing_feed (message_id);
CREATE INDEX ix_crossing_feed_account ON crossing_feed (account_id);
GO
-- One row: who publishes, so that the order of the feed is the order on the broker.
CREATE TABLE crossing_feed_lease (
    id           bigint       NOT NULL CONSTRAINT pk_crossing_feed_lease PRIMARY KEY,
    owner        nvarchar(64) COLLATE Latin1_General_100_BIN2 NULL,
    leased_until datetime2(6) NOT NULL
);
GO
INSERT INTO crossing_feed_lease (id, owner, leased_until) VALUES (1, NULL, '1970-01-01T00:00:00');
