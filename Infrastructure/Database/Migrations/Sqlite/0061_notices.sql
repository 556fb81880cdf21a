-- Times at which an account is due, as earlier versions wrote them, know nothing of the days before a renewal: each is looked at once.
UPDATE account_states SET due_at = CAST(strftime('%s', 'now') AS INTEGER) * 1000000 WHERE account_id IN (SELECT id FROM accounts WHERE renewal_date IS NOT NULL);
