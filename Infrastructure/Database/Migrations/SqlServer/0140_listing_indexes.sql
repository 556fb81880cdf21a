-- Indexes that hold everything a listing filters by beside what it sorts by, so that a page is found without reading the rows it leaves out (docs/decisions/0037-listings.md).
-- The first column is the filter that goes with the sort: scores go with categories, revenue with segments, renewals with phases.
CREATE INDEX ix_accounts_listed      ON accounts (id) INCLUDE (segment, phase, owner);
CREATE INDEX ix_accounts_by_name     ON accounts (name, id) INCLUDE (segment, phase, owner);
CREATE INDEX ix_accounts_by_arr      ON accounts (segment, arr, id) INCLUDE (phase, owner);
CREATE INDEX ix_accounts_by_mrr      ON accounts (segment, mrr, id) INCLUDE (phase, owner);
CREATE INDEX ix_accounts_by_licences ON accounts (segment, licences, id) INCLUDE (phase, owner);
CREATE INDEX ix_accounts_by_renewal  ON accounts (phase, renewal_date, id) INCLUDE (segment, owner);
CREATE INDEX ix_accounts_by_churn    ON accounts (phase, churned_at, id) INCLUDE (segment, owner);
CREATE INDEX ix_accounts_by_update   ON accounts (updated_at, id) INCLUDE (segment, phase, owner);
DROP INDEX ix_accounts_name ON accounts;
DROP INDEX ix_accounts_arr ON accounts;
DROP INDEX ix_accounts_mrr ON accounts;
DROP INDEX ix_accounts_licences ON accounts;
DROP INDEX ix_accounts_renewal ON accounts;
DROP INDEX ix_accounts_churned ON accounts;
DROP INDEX ix_accounts_updated ON accounts;
DROP INDEX ix_accounts_segment ON accounts;
DROP INDEX ix_accounts_phase ON accounts;

CREATE INDEX ix_account_states_by_score ON account_states (category, score, account_id) INCLUDE (risk_level, risk_score, disagrees);
CREATE INDEX ix_account_states_by_risk  ON account_states (risk_level, risk_score, account_id) INCLUDE (category, disagrees);
CREATE INDEX ix_account_states_standing ON account_states (account_id) INCLUDE (category, risk_level, disagrees);
DROP INDEX ix_account_states_score ON account_states;
DROP INDEX ix_account_states_risk ON account_states;
DROP INDEX ix_account_states_category ON account_states;
