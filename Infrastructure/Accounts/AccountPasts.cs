using System.Data.Common;
using Dapper;
using HealthApi.Core.Accounts;
using HealthApi.Core.History;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>Reads the earlier profiles and overrides of accounts, and appends profiles.</summary>
internal static class AccountPasts
{
    private const string Select = """
        SELECT created_at FROM accounts WHERE id = @Id;
        SELECT since AS Since, since AS RecordedAt, profile AS Profile FROM account_profiles WHERE account_id = @Id
        UNION ALL SELECT since, recorded_at, profile FROM dated_profiles WHERE account_id = @Id
        ORDER BY 1, 2;
        SELECT id AS Id, account_id AS AccountId, set_at AS SetAt, set_by AS SetBy, expires_at AS ExpiresAt, ended_at AS EndedAt,
            ended_by AS EndedBy, data AS Data
        FROM account_overrides WHERE account_id = @Id ORDER BY set_at, id;
        """;

    private static readonly SqlText SelectVersions = new(
        """
        SELECT account_id AS AccountId, since AS Since, since AS RecordedAt, profile AS Profile, NULL AS Stated FROM account_profiles
        WHERE account_id IN (SELECT value FROM json_each(@Ids))
        UNION ALL SELECT account_id, since, recorded_at, profile, stated FROM dated_profiles WHERE account_id IN (SELECT value
            FROM json_each(@Ids))
        ORDER BY 1, 2, 3
        """,
        """
        SELECT account_id AS AccountId, since AS Since, since AS RecordedAt, profile AS Profile, NULL AS Stated FROM account_profiles
        WHERE account_id IN (SELECT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Ids) WITH (v nvarchar(128) '$') AS j)
        UNION ALL SELECT account_id, since, recorded_at, profile, stated FROM dated_profiles
        WHERE account_id IN (SELECT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Ids) WITH (v nvarchar(128) '$') AS j)
        ORDER BY 1, 2, 3
        """);

    private static readonly SqlText AppendProfiles = new(
        """
        INSERT INTO account_profiles (account_id, since, profile) SELECT value ->> 'id', @Since, value ->> 'profile'
            FROM json_each(@Rows) WHERE true
        ON CONFLICT (account_id, since) DO UPDATE SET profile = excluded.profile
        """,
        """
        DELETE FROM account_profiles WHERE since = @Since
            AND account_id IN (SELECT r.id COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Rows) WITH (id nvarchar(128)) AS r);
        INSERT INTO account_profiles (account_id, since, profile)
        SELECT r.id, @Since, r.profile FROM OPENJSON(@Rows) WITH (id nvarchar(128), profile nvarchar(max)) AS r
        """);

    /// <summary>Loads the past of an account that exists.</summary>
    public static async Task<AccountPast> LoadAsync(DbConnection connection, DbTransaction? transaction, Account present) =>
        await FindAsync(connection, transaction, present) ?? throw new InvalidOperationException("The account does not exist.");

    /// <summary>Loads the past of an account; null if it does not exist any more.</summary>
    public static async Task<AccountPast?> FindAsync(DbConnection connection, DbTransaction? transaction, Account present)
    {
        using var results = await connection.QueryMultipleAsync(Select, new { present.Id }, transaction);
        if (await results.ReadSingleOrDefaultAsync<DateTimeOffset?>() is not { } since) return null;
        var profiles = (await results.ReadAsync<ProfileRow>()).Select(row => row.ToVersion(present.Id)).ToList();
        var overrides = (await results.ReadAsync<OverrideRow>()).Select(row => row.ToOverride()).ToList();
        return new AccountPast(present, since, profiles, overrides);
    }

    /// <summary>The profile versions of many accounts, those of each account in order of time.</summary>
    public static async Task<ILookup<string, ProfileVersion>> LoadVersionsAsync(
        DbConnection connection, DbTransaction transaction, IEnumerable<string> ids)
    {
        var rows = await connection.QueryAsync<ProfileRow>(
            SelectVersions.For(connection), new { Ids = JsonRows.Of(connection, ids) }, transaction);
        return rows.ToLookup(row => row.AccountId, row => row.ToVersion(row.AccountId), StringComparer.Ordinal);
    }

    /// <summary>Stores the profiles that have changed as in force from now on.</summary>
    public static async Task AppendProfilesAsync(
        DbTransaction transaction, IEnumerable<(Account? Before, Account After)> changes, DateTimeOffset now)
    {
        var connection = transaction.Connection!;
        var rows = changes.Select(
            change => (
                Before: change.Before is null ? null : AccountColumns.ToProfile(change.Before),
                After: AccountColumns.ToProfile(change.After),
                change.After.Id))
            .Where(change => change.Before != change.After).Select(change => new { change.Id, Profile = change.After }).ToList();
        if (rows.Count > 0)
        {
            await connection.ExecuteAsync(
                AppendProfiles.For(connection), new { Rows = JsonRows.Of(connection, rows), Since = now }, transaction);
        }
    }

    private sealed record ProfileRow
    {
        public string AccountId { get; init; } = "";

        public DateTimeOffset Since { get; init; }

        public DateTimeOffset RecordedAt { get; init; }

        public string Profile { get; init; } = "";

        /// <summary>The names of the fields that the profile states, separated by spaces; null where they were not recorded.</summary>
        public string? Stated { get; init; }

        public ProfileVersion ToVersion(string accountId) => new(Since, AccountColumns.FromProfileOrBare(Profile, accountId))
        {
            RecordedAt = RecordedAt,
            Stated = Stated?.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        };
    }
}
