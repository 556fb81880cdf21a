using HealthApi.Core.Alerts;
using HealthApi.Core.Webhooks;

namespace HealthApi.Infrastructure.Alerts;

/// <summary>A row of <c>alert_changes</c>.</summary>
internal sealed record AlertHistoryRow
{
    public required string AlertId { get; init; }

    public required int Number { get; init; }

    public required string AccountId { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string What { get; init; }

    /// <summary>Null for what a person did.</summary>
    public string? Cause { get; init; }

    public double? Score { get; init; }

    public required string Label { get; init; }

    public string? MadeBy { get; init; }

    public string? Note { get; init; }

    public static AlertHistoryRow Of(AlertChange change, AlertAct? act) => new()
    {
        AlertId = change.AlertId,
        Number = change.Number,
        AccountId = change.AccountId,
        At = change.At,
        What = change.Kind.Name(),
        Cause = act is null ? CrossingMessage.Wire(change.Cause) : null,
        Score = change.Now.Score,
        Label = change.Now.Label,
        MadeBy = act?.By,
        Note = act?.Note,
    };
}
