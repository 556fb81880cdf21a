-- What the dispatchers write about a subscription, apart from its settings: a foreign key is checked by a lock on the row it refers to, even with snapshots, so that
-- whoever queues a delivery would wait for a dispatcher that has written to the subscription's row.
CREATE TABLE webhook_subscription_states (
    subscription_id nvarchar(128)  COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_webhook_subscription_states PRIMARY KEY
        CONSTRAINT fk_webhook_subscription_states_subscription REFERENCES webhook_subscriptions (id) ON DELETE CASCADE,
    failing_since   datetime2(6)   NULL,
    paused_until    datetime2(6)   NULL,
    budget          nvarchar(2000) COLLATE Latin1_General_100_BIN2 NULL
);
GO

-- What dispatchers of former versions note of failures and pauses stays where it is, and is read there, since they may run beside newer ones.
INSERT INTO webhook_subscription_states (subscription_id, budget) SELECT id, budget FROM webhook_subscriptions;
GO

-- What is held of a subscription that is being enabled becomes due in pieces: releasing says which of it (all, latest) until that is done, released_at when the last piece was.
ALTER TABLE webhook_subscriptions ADD releasing nvarchar(16) COLLATE Latin1_General_100_BIN2 NULL;
GO

ALTER TABLE webhook_subscriptions ADD released_at datetime2(6) NULL;
GO
