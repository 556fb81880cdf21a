-- Accounts by their phase: those that have churned are asked for often, and are few.
CREATE INDEX ix_accounts_phase ON accounts (phase, id);
