-- See the SQLite migration of this name.
CREATE INDEX ix_alerts_by_severity ON alerts (status, severity_rank, arr DESC, id) INCLUDE (metric, owner, segment);
CREATE INDEX ix_alerts_by_opening  ON alerts (status, opened_at, id) INCLUDE (metric, owner, segment);
CREATE INDEX ix_alerts_by_update   ON alerts (status, updated_at, id) INCLUDE (metric, owner, segment);
CREATE INDEX ix_alerts_of_account  ON alerts (account_id, opened_at);
CREATE INDEX ix_alerts_of_owner    ON alerts (owner, status);
