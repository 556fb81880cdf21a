-- Indexes that hold everything a listing filters by beside what it sorts by, so that a page is found without reading the rows it leaves out (docs/decisions/0037-listings.md).
-- The first column is the filter that goes with the sort: scores go with categories, revenue with segments, renewals with phases.
CREATE INDEX ix_accounts_listed      ON accounts (id, segment, phase, owner);
CREATE INDEX ix_accounts_by_name     ON accounts (name, id, segment, phase, owner);
CREATE INDEX ix_accounts_by_arr      ON accounts (segment, arr, id, phase, owner);
CREATE INDEX ix_accounts_by_mrr      ON accounts (segment, mrr, id, phase, owner);
CREATE INDEX ix_accounts_by_licences ON accounts (segment, licences, id, phase, owner);
CREATE INDEX ix_accounts_by_renewal  ON accounts (phase, renewal_date, id, segment, owner);
CREATE INDEX ix_accounts_by_churn    ON accounts (phase, churned_at, id, segment, owner);
CREATE INDEX ix_accounts_by_update   ON accounts (updated_at, id, segment, phase, owner);
CREATE INDEX ix_accounts_of_owner    ON accounts (owner, id) WHERE owner IS NOT NULL;
CREATE INDEX ix_accounts_of_parent   ON accounts (parent_id, id) WHERE parent_id IS NOT NULL;
DROP INDEX ix_accounts_name;
DROP INDEX ix_accounts_arr;
DROP INDEX ix_accounts_mrr;
DROP INDEX ix_accounts_licences;
DROP INDEX ix_accounts_renewal;
DROP INDEX ix_accounts_churned;
DROP INDEX ix_accounts_updated;
DROP INDEX ix_accounts_segment;
DROP INDEX ix_accounts_phase;
DROP INDEX ix_accounts_owner;
DROP INDEX ix_accounts_parent;

CREATE INDEX ix_account_states_by_score ON account_states (category, score, account_id, risk_level, risk_score, disagrees);
CREATE INDEX ix_account_states_by_risk  ON account_states (risk_level, risk_score, account_id, category, disagrees);
CREATE INDEX ix_account_states_standing ON account_states (account_id, category, risk_level, disagrees);
DROP INDEX ix_account_states_score;
DROP INDEX ix_account_states_risk;
DROP INDEX ix_account_states_category;
