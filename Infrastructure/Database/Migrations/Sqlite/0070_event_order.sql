-- An account's log is read in the order of its events, page by page, and by type. On a database of ten million events this takes about half a minute, in
-- which nothing else writes.
CREATE INDEX IF NOT EXISTS ix_events_account_order ON events (account_id, occurred_at, source, id, type);
DROP INDEX IF EXISTS ix_events_account;
