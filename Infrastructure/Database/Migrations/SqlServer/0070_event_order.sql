-- An account's log is read in the order of its events, page by page, and by type. Without ONLINE, which not every edition has, writers of events wait until the
-- index is there; it may be created before the upgrade, online or at a quiet hour, and is then left as it is (docs/production.md).
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = 'ix_events_account_order' AND object_id = OBJECT_ID('events', 'U'))
    CREATE INDEX ix_events_account_order ON events (account_id, occurred_at, source, id) INCLUDE (type);
GO
DROP INDEX ix_events_account ON events;
