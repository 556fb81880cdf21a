-- What the dispatchers write about a subscription, apart from its settings.
CREATE TABLE webhook_subscription_states (
    subscription_id TEXT    NOT NULL PRIMARY KEY REFERENCES webhook_subscriptions (id) ON DELETE CASCADE,
    failing_since   INTEGER NULL,
    paused_until    INTEGER NULL,
    budget          TEXT    NULL
) WITHOUT ROWID;
-- What dispatchers of former versions note of failures and pauses stays where it is, and is read there, since they may run beside newer ones.
INSERT INTO webhook_subscription_states (subscription_id, budget) SELECT id, budget FROM webhook_subscriptions;

-- What is held of a subscription that is being enabled becomes due in pieces: releasing says which of it (all, latest) until that is done, released_at when the last piece was.
ALTER TABLE webhook_subscriptions ADD COLUMN releasing TEXT NULL;
ALTER TABLE webhook_subscriptions ADD COLUMN released_at INTEGER NULL;
