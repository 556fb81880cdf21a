-- See the SQLite migration of this name.
ALTER TABLE integrations ADD settings_version bigint NOT NULL DEFAULT 1;
GO
ALTER TABLE integration_payloads ADD tried_settings bigint NOT NULL DEFAULT 0;
GO
CREATE INDEX ix_integration_payloads_untried ON integration_payloads (integration_id, tried_settings, received_at, id) WHERE state = 'unmapped';
