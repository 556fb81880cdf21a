-- pieces
-- Times at which an account is due, as earlier versions wrote them, know nothing of the days before a renewal: each is looked at once.
DECLARE @last nvarchar(128);
SELECT @last = MAX(p.id) FROM (SELECT TOP (1000) a.id FROM accounts AS a WHERE a.renewal_date IS NOT NULL AND a.id > @After ORDER BY a.id) AS p;
UPDATE account_states SET due_at = SYSUTCDATETIME()
WHERE account_id IN (SELECT TOP (2000) a.id FROM accounts AS a WHERE a.renewal_date IS NOT NULL AND a.id > @After AND a.id <= @last ORDER BY a.id);
SELECT @last;
