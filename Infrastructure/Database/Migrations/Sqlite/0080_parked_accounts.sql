-- An account set apart: its state cannot be used, so its events wait in the log, unfolded, until it is rebuilt. parked_format is the format of the figures that
-- a process must know to rebuild it by itself; null where an operator must ask for it.
ALTER TABLE account_states ADD COLUMN parked_at     INTEGER NULL;
ALTER TABLE account_states ADD COLUMN parked_error  TEXT    NULL;
ALTER TABLE account_states ADD COLUMN parked_format INTEGER NULL;
CREATE INDEX ix_account_states_parked ON account_states (parked_at, account_id) WHERE parked_at IS NOT NULL;
