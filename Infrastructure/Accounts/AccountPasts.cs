using System.Data.Common;
using Dapper;
using HealthApi.Core.Accounts;
using HealthApi.Core.Scoring;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Overrides;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>What held for accounts over time beside their events: profiles and overrides.</summary>
internal static class AccountPasts
{
    private const string Select = """
        SELECT created_at FROM accounts WHERE id = @Id;
        SELECT since AS Since, profile AS Profile FROM account_profiles WHERE account_id = @Id ORDER BY since;
        SELECT id AS Id, account_id AS AccountId, set_at AS SetAt, set_by AS SetBy, expires_at AS ExpiresAt, ended_at AS EndedAt, ended_by AS EndedBy, data AS Data
        FROM account_overrides WHERE account_id = @Id ORDER BY set_at, id;
        """;

    private static readonly SqlText AppendProfiles = new(
        """
        INSERT INTO account_profiles (account_id, since, profile) SELECT value ->> 'id', @Since, value ->> 'profile' FROM json_each(@Rows) WHERE true
        ON CONFLICT (account_id, since) DO UPDATE SET profile = excluded.profile
        """,
        """
        DELETE FROM account_profiles WHERE since = @Since
            AND account_id IN (SELECT r.id COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Rows) WITH (id nvarchar(128)) AS r);
        INSERT INTO account_profiles (account_id, since, profile)
        SELECT r.id, @Since, r.profile FROM OPENJSON(@Rows) WITH (id nvarchar(128), profile nvarchar(max)) AS r
        """);

    /// <summary>The past of an account that is there.</summary>
    public static async Task<AccountPast> LoadAsync(DbConnection connection, DbTransaction? transaction, Account present)
    {
        using var results = await connection.QueryMultipleAsync(Select, new { present.Id }, transaction);
        var since = await results.ReadSingleAsync<DateTimeOffset>();
        var profiles = (await results.ReadAsync<ProfileRow>()).Select(row => new ProfileVersion(row.Since, AccountColumns.FromProfileOrBare(row.Profile, present.Id))).ToList();
        var overrides = (await results.ReadAsync<OverrideRow>()).Select(row => row.ToOverride()).ToList();
        return new AccountPast(present, since, profiles, overrides);
    }

    /// <summary>Remembers profiles from now on, except those in which nothing is different.</summary>
    public static async Task AppendProfilesAsync(DbTransaction transaction, IEnumerable<(Account? Before, Account After)> changes, DateTimeOffset now)
    {
        var connection = transaction.Connection!;
        var rows = changes.Select(change => (Before: change.Before is null ? null : AccountColumns.ToProfile(change.Before), After: AccountColumns.ToProfile(change.After), change.After.Id))
            .Where(change => change.Before != change.After).Select(change => new { change.Id, Profile = change.After }).ToList();
        if (rows.Count > 0) await connection.ExecuteAsync(AppendProfiles.For(connection), new { Rows = JsonRows.Of(connection, rows), Since = now }, transaction);
    }

    private sealed record ProfileRow
    {
        public DateTimeOffset Since { get; init; }

        public string Profile { get; init; } = "";
    }
}
