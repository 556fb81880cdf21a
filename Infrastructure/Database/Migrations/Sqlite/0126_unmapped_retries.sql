-- Payloads that could not be translated are tried again when the integration's settings have changed since: settings_version counts the changes, tried_settings is the version a
-- payload was last translated with. What is kept already counts as tried with none, and so is tried once by this version.
ALTER TABLE integrations ADD COLUMN settings_version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE integration_payloads ADD COLUMN tried_settings INTEGER NOT NULL DEFAULT 0;
CREATE INDEX ix_integration_payloads_untried ON integration_payloads (integration_id, tried_settings, received_at, id) WHERE state = 'unmapped';
