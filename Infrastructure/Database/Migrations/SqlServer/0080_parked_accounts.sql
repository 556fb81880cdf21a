-- An account set apart: its state cannot be used, so its events wait in the log, unfolded, until it is rebuilt. parked_format is the format of the figures that
-- a process must know to rebuild it by itself; null where an operator must ask for it.
ALTER TABLE account_states ADD parked_at datetime2(6) NULL;
ALTER TABLE account_states ADD parked_error nvarchar(400) COLLATE Latin1_General_100_BIN2 NULL;
ALTER TABLE account_states ADD parked_format bigint NULL;
GO

CREATE INDEX ix_account_states_parked ON account_states (parked_at, account_id) WHERE parked_at IS NOT NULL;
