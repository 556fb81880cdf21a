-- Churn rules that use shift signals. A database in use keeps the former rules under their number; the new ones take the next version and are in force in their place after the
-- revision. Nothing is sent for what that moves. Without a version (churn rules of the owner's own are in force) only the former ones count. An unused database needs no row.
CREATE TABLE shipped_releases (
    release  bigint        NOT NULL,
    kind     nvarchar(32)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    id       nvarchar(64)  COLLATE Latin1_General_100_BIN2 NOT NULL,
    version  bigint        NULL,
    revision bigint        NOT NULL,
    at       datetime2(6)  NOT NULL,
    PRIMARY KEY (release, kind, id)
);
GO

INSERT INTO shipped_releases (release, kind, id, version, revision, at)
SELECT 2, 'churn_rules', 'default',
    CASE WHEN EXISTS (SELECT 1 FROM policy_changes AS u WHERE u.kind = 'churn_rules') THEN NULL
        ELSE COALESCE((SELECT MAX(v.version) FROM (
            SELECT p.version FROM policy_documents AS p WHERE p.kind = 'churn_rules' AND p.id = 'default'
            UNION ALL SELECT e.version FROM shipped_editions AS e WHERE e.kind = 'churn_rules' AND e.id = 'default') AS v), 1) + 1 END,
    COALESCE((SELECT MAX(c.revision) FROM policy_changes AS c), 0), SYSUTCDATETIME()
WHERE EXISTS (SELECT 1 FROM accounts) OR EXISTS (SELECT 1 FROM policy_changes) OR EXISTS (SELECT 1 FROM shipped_editions);

-- The totals of days are folded from the event log, account by account, by a worker that knows this kind of job.
INSERT INTO jobs (id, kind, request, status, done, created_at)
SELECT 'job_00000000000000000000000000000170', 'day_totals', '{"segments":null}', 'queued', 0, SYSUTCDATETIME()
WHERE EXISTS (SELECT 1 FROM accounts);
