-- The account of a delivery's message, so that the first pending one of each account is found in an index; '' for a message about no account. NULL where it was
-- queued by a former version: it is filled in when the subscription's order is asked for.
ALTER TABLE webhook_deliveries ADD account_id nvarchar(128) COLLATE Latin1_General_100_BIN2 NULL;
GO

CREATE INDEX ix_webhook_deliveries_account ON webhook_deliveries (subscription_id, account_id, seq) WHERE status = 'pending';
GO
