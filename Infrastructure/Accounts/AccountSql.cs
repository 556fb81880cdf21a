using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>The statements that read and write many accounts at once; each takes its rows (or ids) as one JSON parameter.</summary>
internal static class AccountSql
{
    private const string StoredColumns = """
        a.id AS Id, a.profile AS Profile, a.segment AS Segment, a.phase AS Phase, a.version AS Version, a.created_at AS CreatedAt,
            a.updated_at AS UpdatedAt
        """;

    private const string SqlServerRows = """
        OPENJSON(@Rows) WITH (
            id nvarchar(128), name nvarchar(200), segment nvarchar(64), phase nvarchar(64), owner nvarchar(128),
                parentId nvarchar(128) '$.parentId',
            arr decimal(19,4), mrr decimal(19,4), currency nvarchar(3), licences bigint, renewalDate datetime2(6) '$.renewalDate',
            churnedAt datetime2(6) '$.churnedAt', profile nvarchar(max), known bigint, now datetime2(6)) AS r
        """;

    /// <summary>Accounts by their ids, for reading. An account that is being erased has no state row and is not found.</summary>
    public static readonly SqlText Select = new(
        "SELECT " + StoredColumns
            + " FROM accounts AS a JOIN account_states AS s ON s.account_id = a.id WHERE a.id IN (SELECT value FROM json_each(@Ids))",
        "SELECT " + StoredColumns
            + " FROM accounts AS a JOIN account_states AS s ON s.account_id = a.id WHERE a.id IN (SELECT j.v COLLATE "
                + "Latin1_General_100_BIN2 FROM OPENJSON(@Ids) WITH (v nvarchar(128) '$') AS j)");

    /// <summary>
    /// Puts the ids into <c>@sorted</c>, on SQL Server. The state row of an account is its lock. Every transaction takes these locks one by
    /// one in the order of the ids, so two transactions on the same accounts wait for each other and do not deadlock.
    /// </summary>
    public const string SortedIds = """
        DECLARE @sorted TABLE (id nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL PRIMARY KEY);
        INSERT INTO @sorted (id) SELECT DISTINCT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Ids) WITH (v nvarchar(128) '$') AS j;

        """;

    /// <summary>
    /// The join to <c>@sorted</c> that takes the locks: a loop over the ids in their order. It names the version, which no other index has,
    /// so that the lock is that of the row itself.
    /// </summary>
    public const string LockedStates =
        "@sorted AS i INNER LOOP JOIN account_states AS s WITH (UPDLOCK, ROWLOCK, FORCESEEK) ON s.account_id = i.id AND s.version > 0";

    /// <summary>
    /// Accounts by their ids, to be changed. On SQL Server every transaction first locks the state rows; only a second statement, after the
    /// lock, sees what the previous holder of the lock has committed.
    /// </summary>
    public static readonly SqlText SelectForUpdate = new(
        Select.Sqlite,
        SortedIds + """
        DECLARE @locked TABLE (id nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL PRIMARY KEY);
        INSERT INTO @locked (id) SELECT s.account_id FROM
        """ + " " + LockedStates + """
         ORDER BY i.id;

        """ + Select.SqlServer);

    /// <summary>Updates the rows that still have the version they were read with; the row count shows whether all had.</summary>
    public static readonly SqlText Update = new(
        """
        UPDATE accounts SET name = r.value ->> 'name', segment = r.value ->> 'segment', phase = r.value ->> 'phase',
            owner = r.value ->> 'owner',
            parent_id = r.value ->> 'parentId', arr = r.value ->> 'arr', mrr = r.value ->> 'mrr', currency = r.value ->> 'currency',
            licences = r.value ->> 'licences', renewal_date = r.value ->> 'renewalDate',
            churned_at = r.value ->> 'churnedAt', profile = r.value ->> 'profile', version = version + 1, updated_at = r.value ->> 'now'
        FROM json_each(@Rows) AS r
        WHERE accounts.id = r.value ->> 'id' AND accounts.version = r.value ->> 'known'
        """,
        """
        UPDATE accounts SET name = r.name, segment = r.segment, phase = r.phase, owner = r.owner, parent_id = r.parentId, arr = r.arr,
            mrr = r.mrr,
            currency = r.currency, licences = r.licences, renewal_date = r.renewalDate, churned_at = r.churnedAt, profile = r.profile,
                version = accounts.version + 1, updated_at = r.now
        FROM accounts,
        """ + " " + SqlServerRows + " WHERE accounts.id = r.id COLLATE Latin1_General_100_BIN2 AND accounts.version = r.known");

    /// <summary>
    /// Inserts new accounts and their states, due at once. Fails with a unique key violation where another process has created one of them.
    /// </summary>
    public static readonly SqlText Insert = new(
        """
        INSERT INTO accounts
            (id, name, segment, phase, owner, parent_id, arr, mrr, currency, licences, renewal_date, churned_at, terms_version, profile,
                version, created_at, updated_at)
        SELECT r.value ->> 'id', r.value ->> 'name', r.value ->> 'segment', r.value ->> 'phase', r.value ->> 'owner',
            r.value ->> 'parentId', r.value ->> 'arr',
            r.value ->> 'mrr', r.value ->> 'currency', r.value ->> 'licences', r.value ->> 'renewalDate', r.value ->> 'churnedAt', 1,
                r.value ->> 'profile', 1, r.value ->> 'now', r.value ->> 'now'
        FROM json_each(@Rows) AS r;
        INSERT INTO account_states (account_id, version, figures, memory, category, risk_score, risk_level, due_at)
        SELECT r.value ->> 'id', 1, x'', '', 'unknown', 0, 'low', r.value ->> 'now' FROM json_each(@Rows) AS r;
        """,
        "INSERT INTO accounts"
        + " (id, name, segment, phase, owner, parent_id, arr, mrr, currency, licences, renewal_date, churned_at, terms_version, profile, "
            + "version, created_at, updated_at)"
        + " SELECT r.id, r.name, r.segment, r.phase, r.owner, r.parentId, r.arr, r.mrr, r.currency, r.licences, r.renewalDate, "
            + "r.churnedAt, 1, r.profile, 1, r.now, r.now FROM " + SqlServerRows + ";"
        + " INSERT INTO account_states (account_id, version, figures, memory, category, risk_score, risk_level, due_at)"
        + " SELECT r.id, 1, 0x, '', 'unknown', 0, 'low', r.now FROM " + SqlServerRows + ";");

    /// <summary>
    /// Makes the accounts due now. The version rises, so that an evaluation that has started with the previous profile runs again.
    /// </summary>
    public static readonly SqlText MakeDue = new(
        "UPDATE account_states SET due_at = @Now, version = version + 1 WHERE account_id IN (SELECT value FROM json_each(@Ids))",
        "UPDATE account_states SET due_at = @Now, version = version + 1 WHERE account_id IN (SELECT j.v COLLATE Latin1_General_100_BIN2 "
            + "FROM OPENJSON(@Ids) WITH (v nvarchar(128) '$') AS j)");

    /// <summary>Replaces the tags of the accounts.</summary>
    public static readonly SqlText ReplaceTags = new(
        """
        DELETE FROM account_tags WHERE account_id IN (SELECT value FROM json_each(@Ids));
        INSERT INTO account_tags (account_id, tag) SELECT r.value ->> 'id', r.value ->> 'tag' FROM json_each(@Tags) AS r;
        """,
        """
        DELETE FROM account_tags WHERE account_id IN (SELECT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Ids)
            WITH (v nvarchar(128) '$') AS j);
        INSERT INTO account_tags (account_id, tag) SELECT r.id, r.tag FROM OPENJSON(@Tags) WITH (id nvarchar(128), tag nvarchar(128)) AS r;
        """);

    public static readonly SqlText SelectStates = new(
        StateColumns + "WHERE account_id IN (SELECT value FROM json_each(@Ids))",
        StateColumns
            + "WHERE account_id IN (SELECT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Ids) WITH (v nvarchar(128) '$') AS j)");

    private const string StateColumns =
        "SELECT account_id AS AccountId, figures AS Figures, memory_bytes AS Memory, memory AS FormerMemory FROM account_states ";
}
