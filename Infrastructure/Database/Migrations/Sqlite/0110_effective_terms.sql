-- What listings show, sort and filter by are the terms with what billing told: licences and currency join mrr, arr, renewal_date and churned_at. terms_version is
-- null where the columns hold what an earlier version wrote; such rows are filled in pieces by the worker.
ALTER TABLE accounts ADD COLUMN licences INTEGER NULL;
ALTER TABLE accounts ADD COLUMN currency TEXT NULL;
ALTER TABLE accounts ADD COLUMN terms_version INTEGER NULL;
CREATE INDEX ix_accounts_licences ON accounts (licences, id);
CREATE INDEX ix_accounts_churned  ON accounts (churned_at, id);
CREATE INDEX ix_accounts_unfilled ON accounts (id) WHERE terms_version IS NULL;
