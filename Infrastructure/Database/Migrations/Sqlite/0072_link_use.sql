-- When a link last led to an account, to the month; null until retention first meets it (CustomerLinkPruning).
ALTER TABLE integration_links ADD COLUMN used_at INTEGER NULL;
CREATE INDEX ix_integration_links_told ON integration_links (as_of) WHERE used_at IS NULL;
CREATE INDEX ix_integration_links_used ON integration_links (used_at) WHERE used_at IS NOT NULL;
