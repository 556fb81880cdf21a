-- Whether the next message of an account waits until the one before it has got through.
ALTER TABLE webhook_subscriptions ADD COLUMN strict_order INTEGER NOT NULL DEFAULT 0;
