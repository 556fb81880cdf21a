-- Parked payloads by their customer, for the account that has just claimed it, and in the order they are looked through, a slice at a time.
CREATE INDEX ix_integration_payloads_reference ON integration_payloads (reference, system) WHERE state = 'parked';
CREATE INDEX ix_integration_payloads_waiting ON integration_payloads (received_at, id) INCLUDE (integration_id, system, reference) WHERE state = 'parked';
