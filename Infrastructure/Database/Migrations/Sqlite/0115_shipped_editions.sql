-- Documents of the product that differ from those that this database was judged by so far. The former one stays version 1, the product's takes the next version and is in
-- force in its place after the revision; nothing is sent for what that moves. A database without accounts has judged nobody and needs no former version. Without a version
-- (churn rules of the owner's own are in force) only the former one counts.
CREATE TABLE shipped_editions (
    kind     TEXT    NOT NULL,
    id       TEXT    NOT NULL,
    version  INTEGER NULL,
    revision INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;

INSERT INTO shipped_editions (kind, id, version, revision, at)
SELECT d.kind, d.id,
    CASE WHEN d.kind = 'churn_rules' AND EXISTS (SELECT 1 FROM policy_changes AS u WHERE u.kind = 'churn_rules') THEN NULL
        ELSE COALESCE((SELECT MAX(p.version) FROM policy_documents AS p WHERE p.kind = d.kind AND p.id = d.id), 1) + 1 END,
    COALESCE((SELECT MAX(c.revision) FROM policy_changes AS c), 0), CAST(strftime('%s', 'now') AS INTEGER) * 1000000
FROM (SELECT 'model' AS kind, 'lifecycle' AS id UNION ALL SELECT 'churn_rules', 'default') AS d
WHERE EXISTS (SELECT 1 FROM accounts);

-- Every account is judged anew, by a worker that knows this kind of job.
INSERT INTO jobs (id, kind, request, status, done, created_at)
SELECT 'job_00000000000000000000000000000115', 'product_change', '{"segments":null}', 'queued', 0, CAST(strftime('%s', 'now') AS INTEGER) * 1000000
WHERE EXISTS (SELECT 1 FROM accounts);
