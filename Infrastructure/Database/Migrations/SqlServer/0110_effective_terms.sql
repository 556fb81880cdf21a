-- What listings show, sort and filter by are the terms with what billing told: licences and currency join mrr, arr, renewal_date and churned_at. terms_version is
-- null where the columns hold what an earlier version wrote; such rows are filled in pieces by the worker.
ALTER TABLE accounts ADD licences bigint NULL;
ALTER TABLE accounts ADD currency nvarchar(3) COLLATE Latin1_General_100_BIN2 NULL;
ALTER TABLE accounts ADD terms_version bigint NULL;
GO

CREATE INDEX ix_accounts_licences ON accounts (licences, id);
CREATE INDEX ix_accounts_churned  ON accounts (churned_at, id);
CREATE INDEX ix_accounts_unfilled ON accounts (id) WHERE terms_version IS NULL;
