using System.Data.Common;
using System.Text.Json;
using Dapper;
using HealthApi.Core.Alerts;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Alerts;

/// <summary>
/// The budgets of owners within one transaction (<see cref="AlertBudget"/>). A budget's row is locked until the transaction ends, so that
/// concurrent transactions never exceed the limit together. Accounts without an owner share the budget of the empty name.
/// </summary>
internal sealed class AlertBudgets
{
    private static readonly SqlText Lock = new(
        """
        SELECT owner AS Owner, sent AS Sent, withheld AS Withheld FROM alert_budgets
        WHERE owner IN (SELECT value FROM json_each(@Owners))
        """,
        """
        SELECT owner AS Owner, sent AS Sent, withheld AS Withheld FROM alert_budgets WITH (UPDLOCK, HOLDLOCK)
        WHERE owner IN (SELECT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Owners) WITH (v nvarchar(200) '$') AS j)
        """);

    private static readonly SqlText Save = new(
        """
        INSERT INTO alert_budgets (owner, sent, withheld)
        SELECT json_extract(value, '$.owner'), json_extract(value, '$.sent'), json_extract(value, '$.withheld')
        FROM json_each(@Rows) WHERE true
        ON CONFLICT (owner) DO UPDATE SET sent = excluded.sent, withheld = excluded.withheld
        """,
        """
        INSERT INTO alert_budgets (owner, sent, withheld)
        SELECT r.owner, r.sent, r.withheld
        FROM OPENJSON(@Rows) WITH (owner nvarchar(200), sent nvarchar(max), withheld bigint) AS r
        WHERE NOT EXISTS (SELECT 1 FROM alert_budgets WHERE alert_budgets.owner = r.owner COLLATE Latin1_General_100_BIN2);

        UPDATE alert_budgets SET sent = r.sent, withheld = r.withheld
        FROM alert_budgets, OPENJSON(@Rows) WITH (owner nvarchar(200), sent nvarchar(max), withheld bigint) AS r
        WHERE alert_budgets.owner = r.owner COLLATE Latin1_General_100_BIN2;
        """);

    private readonly Dictionary<string, AlertBudget> _budgets = new(StringComparer.Ordinal);

    /// <summary>Reads and locks the budgets of the owners.</summary>
    public static async Task<AlertBudgets> LoadAsync(DbTransaction transaction, IReadOnlySet<string> owners)
    {
        var budgets = new AlertBudgets();
        if (owners.Count == 0) return budgets;
        var connection = transaction.Connection!;
        var parameters = new { Owners = JsonRows.Of(connection, owners.Order(StringComparer.Ordinal)) };
        foreach (var row in await connection.QueryAsync<BudgetRow>(Lock.For(connection), parameters, transaction))
            budgets._budgets[row.Owner] = row.ToBudget();
        return budgets;
    }

    /// <summary>Whether the message is sent, and how many were withheld before it.</summary>
    public (bool IsSent, int Withheld) Take(string owner, int limit, AlertSeverity severity, DateTimeOffset at)
    {
        var before = _budgets.GetValueOrDefault(owner, AlertBudget.Unused);
        (_budgets[owner], var sent) = before.Next(limit, severity, at);
        return (sent, before.Withheld);
    }

    public Task SaveAsync(DbTransaction transaction)
    {
        if (_budgets.Count == 0) return Task.CompletedTask;
        var connection = transaction.Connection!;
        var rows = _budgets.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => BudgetRow.Of(pair.Key, pair.Value));
        return connection.ExecuteAsync(Save.For(connection), new { Rows = JsonRows.Of(connection, rows) }, transaction);
    }

    private sealed record BudgetRow
    {
        public string Owner { get; init; } = "";

        public string Sent { get; init; } = "[]";

        public int Withheld { get; init; }

        public static BudgetRow Of(string owner, AlertBudget budget) => new()
        {
            Owner = owner,
            Sent = JsonSerializer.Serialize(budget.Sent.Select(sent => sent.ToMicroseconds())),
            Withheld = budget.Withheld,
        };

        public AlertBudget ToBudget() =>
            new([.. (JsonSerializer.Deserialize<long[]>(Sent) ?? []).Select(Instant.FromMicroseconds)], Withheld);
    }
}
