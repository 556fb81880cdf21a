-- Parked payloads in the order they are looked through, a slice at a time.
CREATE INDEX ix_integration_payloads_waiting ON integration_payloads (received_at, id) INCLUDE (integration_id, system, reference) WHERE state = 'parked';
