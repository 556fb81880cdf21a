-- See the SQLite migration of this name.
ALTER TABLE integration_links ADD used_at datetime2(6) NULL;
GO
CREATE INDEX ix_integration_links_told ON integration_links (as_of) WHERE used_at IS NULL;
CREATE INDEX ix_integration_links_used ON integration_links (used_at) WHERE used_at IS NOT NULL;
