-- Whether the next message of an account waits until the one before it has got through.
ALTER TABLE webhook_subscriptions ADD strict_order bit NOT NULL CONSTRAINT df_webhook_subscriptions_strict_order DEFAULT 0;
