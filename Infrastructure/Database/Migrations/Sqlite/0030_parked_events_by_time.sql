CREATE INDEX ix_parked_events_time ON parked_events (parked_at, id);
