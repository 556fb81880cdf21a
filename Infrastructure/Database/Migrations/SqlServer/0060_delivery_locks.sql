-- Holding or freeing a subscription's whole backlog is one statement, and a claim can be of more than 5,000 deliveries: neither may lock the table, on which
-- every crossing is queued.
ALTER TABLE webhook_deliveries SET (LOCK_ESCALATION = DISABLE);
