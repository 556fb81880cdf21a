-- Indexes of listings of alerts: the status, what the listing sorts by, the id, and what most filters compare, so that a page is found without reading the rows it leaves out.
CREATE INDEX ix_alerts_by_severity ON alerts (status, severity_rank, arr DESC, id, metric, owner, segment);
CREATE INDEX ix_alerts_by_opening  ON alerts (status, opened_at, id, metric, owner, segment);
CREATE INDEX ix_alerts_by_update   ON alerts (status, updated_at, id, metric, owner, segment);
CREATE INDEX ix_alerts_of_account  ON alerts (account_id, opened_at);
CREATE INDEX ix_alerts_of_owner    ON alerts (owner, status);
