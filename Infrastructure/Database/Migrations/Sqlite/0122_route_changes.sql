-- One row: rises with every change of which messages go to which subscription, in the transaction that makes it, so that whoever queues messages need not read all subscriptions.
CREATE TABLE webhook_route_changes (
    id     INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    number INTEGER NOT NULL
);
INSERT INTO webhook_route_changes (id, number) VALUES (1, 0);

-- Processes of former versions change subscriptions without that number: how many there are, and the sum of their versions, tell.
CREATE INDEX ix_webhook_subscriptions_version ON webhook_subscriptions (version);
