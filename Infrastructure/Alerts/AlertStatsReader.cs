using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Database;
using Microsoft.Data.Sqlite;

namespace HealthApi.Infrastructure.Alerts;

/// <summary>Computes figures about the alerts that opened in a period, and about the accounts that churned in it.</summary>
public sealed class AlertStatsReader(IDatabase database)
{
    private const int MostOwners = 200;

    /// <summary>For how long after its opening an alert counts as followed by churn.</summary>
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(90);

    /// <param name="from">The first instant of the period.</param>
    /// <param name="to">The instant after the last one of the period.</param>
    /// <param name="now">Decides which alerts may still be followed by churn.</param>
    public Task<AlertStats> ReadAsync(DateTimeOffset from, DateTimeOffset to, DateTimeOffset now, CancellationToken cancellation) =>
        database.ReadAsync(
            async connection =>
            {
                // One snapshot for all statements. SQL Server has one for each statement.
                await using var snapshot = connection is SqliteConnection ? await connection.BeginTransactionAsync(cancellation) : null;
                return await ReadAsync(
                    connection, snapshot, new { From = from, To = to, Decided = now - Horizon, Limit = MostOwners });
            },
            cancellation);

    private static async Task<AlertStats> ReadAsync(DbConnection connection, DbTransaction? snapshot, object period)
    {
        var all = await connection.QuerySingleAsync<AlertTally>(AlertStatsSql.CountAll, period, snapshot);
        var owners = await connection.QueryAsync<AlertTally>(AlertStatsSql.CountOwners.For(connection), period, snapshot);
        var followed = await connection.QuerySingleAsync<FollowedRow>(AlertStatsSql.FollowedByChurn.For(connection), period, snapshot);
        var churned = await connection.QuerySingleAsync<WarnedRow>(AlertStatsSql.WarnedBeforeChurn.For(connection), period, snapshot);
        var acknowledged = await MediansAsync(AlertStatsSql.AcknowledgedByOwner);
        var resolved = await MediansAsync(AlertStatsSql.ResolvedByOwner);
        return new AlertStats
        {
            All = all with
            {
                MedianSecondsToAcknowledge = await MedianAsync(AlertStatsSql.Acknowledged),
                MedianSecondsToResolve = await MedianAsync(AlertStatsSql.Resolved),
            },
            FollowedByChurn = followed.Followed,
            Undecided = followed.Undecided,
            ChurnedAccounts = churned.Accounts,
            ChurnedWithAlert = churned.Warned,
            Owners =
            [
                .. owners.Select(owner => owner with
                {
                    MedianSecondsToAcknowledge = acknowledged.GetValueOrDefault(owner.Owner ?? ""),
                    MedianSecondsToResolve = resolved.GetValueOrDefault(owner.Owner ?? ""),
                }),
            ],
        };

        Task<double?> MedianAsync(SqlText sql) => connection.ExecuteScalarAsync<double?>(sql.For(connection), period, snapshot);

        async Task<Dictionary<string, double?>> MediansAsync(SqlText sql) =>
            (await connection.QueryAsync<MedianRow>(sql.For(connection), period, snapshot))
                .ToDictionary(row => row.Owner ?? "", row => row.Median, StringComparer.Ordinal);
    }

    private sealed record FollowedRow
    {
        public int Followed { get; init; }

        public int Undecided { get; init; }
    }

    private sealed record WarnedRow
    {
        public int Accounts { get; init; }

        public int Warned { get; init; }
    }

    private sealed record MedianRow
    {
        public string? Owner { get; init; }

        public double? Median { get; init; }
    }
}
