using System.Data;
using System.Data.Common;
using Dapper;
using HealthApi.Core.History;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Events;

/// <summary>A stored baseline; the version rises with every chunk of events that is added to it.</summary>
internal sealed record StoredBaseline(AccountBaseline Baseline, long Version);

/// <summary>Reads and writes baselines: the figures of an account's pruned events.</summary>
internal static class AccountBaselines
{
    private const string Columns = """
        account_id AS AccountId, horizon AS Horizon, version AS Version, first_received_at AS FirstReceivedAt,
            last_received_at AS LastReceivedAt, figures AS Figures
        """;

    private static readonly SqlText SelectOne = new(
        "SELECT " + Columns + " FROM account_baselines WHERE account_id = @AccountId ORDER BY horizon LIMIT 1",
        "SELECT TOP (1) " + Columns + " FROM account_baselines WHERE account_id = @AccountId ORDER BY horizon");

    private static readonly SqlText SelectVersion = new(
        "SELECT version FROM account_baselines WHERE account_id = @AccountId ORDER BY horizon LIMIT 1",
        "SELECT TOP (1) version FROM account_baselines WHERE account_id = @AccountId ORDER BY horizon");

    private const string Delete =
        "DELETE FROM account_baselines WHERE account_id = @AccountId AND horizon = @Horizon AND version = @Version";

    private const string Insert = """
        INSERT INTO account_baselines (account_id, horizon, version, format, first_received_at, last_received_at, figures)
        VALUES (@AccountId, @Horizon, @Version, @Format, @FirstReceivedAt, @LastReceivedAt, @Figures)
        """;

    /// <summary>The account's baseline; null where none of its events was pruned.</summary>
    public static async Task<StoredBaseline?> FindAsync(DbConnection connection, DbTransaction? transaction, string accountId) =>
        (await connection.QuerySingleOrDefaultAsync<BaselineRow>(
            SelectOne.For(connection), new { AccountId = accountId }, transaction))?.ToStored();

    /// <summary>The version of the account's baseline; 0 where there is none.</summary>
    public static Task<long> VersionAsync(DbConnection connection, DbTransaction? transaction, string accountId) =>
        connection.ExecuteScalarAsync<long>(SelectVersion.For(connection), new { AccountId = accountId }, transaction);

    /// <summary>
    /// Replaces the baseline from which the new one was made. Uses one statement per account, because figures may be large and a chunk has
    /// few accounts.
    /// </summary>
    /// <exception cref="DBConcurrencyException">The account's baseline has changed since <paramref name="before"/> was read.</exception>
    public static async Task ReplaceAsync(DbTransaction transaction, string accountId, StoredBaseline? before, AccountBaseline after)
    {
        var connection = transaction.Connection!;
        if (before is not null)
        {
            var key = new { AccountId = accountId, before.Baseline.Horizon, before.Version };
            if (await connection.ExecuteAsync(Delete, key, transaction) == 0)
                throw new DBConcurrencyException("The baseline has changed since it was read.");
        }

        await connection.ExecuteAsync(Insert, BaselineRow.Of(accountId, after, (before?.Version ?? 0) + 1), transaction);
    }

    private sealed record BaselineRow
    {
        public string AccountId { get; init; } = "";

        public DateTimeOffset Horizon { get; init; }

        public long Version { get; init; }

        public long Format { get; init; }

        public DateTimeOffset FirstReceivedAt { get; init; }

        public DateTimeOffset LastReceivedAt { get; init; }

        public byte[] Figures { get; init; } = [];

        public static BaselineRow Of(string accountId, AccountBaseline baseline, long version) => new()
        {
            AccountId = accountId,
            Horizon = baseline.Horizon,
            Version = version,
            Format = baseline.Figures[0],
            FirstReceivedAt = baseline.FirstReceivedAt,
            LastReceivedAt = baseline.LastReceivedAt,
            Figures = baseline.Figures,
        };

        public StoredBaseline ToStored() => new(new AccountBaseline(Horizon, FirstReceivedAt, LastReceivedAt, Figures), Version);
    }
}
