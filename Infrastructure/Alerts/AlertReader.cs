using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Alerts;

/// <summary>An entry of an alert's history.</summary>
public sealed record AlertHistoryEntry
{
    public DateTimeOffset At { get; init; }

    /// <summary>One of the words of <see cref="Core.Alerts.AlertWords.ChangeNames"/>.</summary>
    public string What { get; init; } = "";

    /// <summary>The name of the key with which a person acted; null for decisions of the service.</summary>
    public string? By { get; init; }

    public string? Note { get; init; }

    /// <summary>The cause of a decision of the service; null for what people did.</summary>
    public string? Cause { get; init; }
}

/// <summary>An alert with its history, oldest first.</summary>
public sealed record AlertDetails(ListedAlert Alert, IReadOnlyList<AlertHistoryEntry> History);

/// <summary>Reads single alerts.</summary>
public sealed class AlertReader(IDatabase database)
{
    /// <summary>The most entries of a history that are shown; the newest ones.</summary>
    private const int MostEntries = 500;

    private const string SelectOne = "SELECT" + AlertPages.Columns + " alerts AS a" + AlertPages.Account + " WHERE a.id = @Id";

    private static readonly SqlText SelectHistory = new(
        """
        SELECT at AS At, what AS What, made_by AS "By", note AS Note, cause AS Cause FROM alert_changes
        WHERE alert_id = @Id ORDER BY number DESC LIMIT @Limit
        """,
        """
        SELECT TOP (@Limit) at AS At, what AS What, made_by AS "By", note AS Note, cause AS Cause FROM alert_changes
        WHERE alert_id = @Id ORDER BY number DESC
        """);

    /// <summary>The alert; null if there is none with this id.</summary>
    public Task<AlertDetails?> FindAsync(string id, CancellationToken cancellation) =>
        database.ReadAsync(
            async connection =>
            {
                var parameters = new { Id = id, Limit = MostEntries };
                var alert = await connection.QuerySingleOrDefaultAsync<ListedAlert>(SelectOne, parameters);
                if (alert is null) return null;
                var history = await connection.QueryAsync<AlertHistoryEntry>(SelectHistory.For(connection), parameters);
                return new AlertDetails(alert, [.. history.Reverse()]);
            },
            cancellation);
}
