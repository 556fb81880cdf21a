using System.Data.Common;
using HealthApi.Core.Thresholds;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Outbox;

namespace HealthApi.Infrastructure.Processing;

/// <summary>Writes the evaluations of a transaction: states and history, crossings, and the messages they cause.</summary>
internal sealed class EvaluationWriter(IProcessingSql sql, OutboxWriter outbox, Announcement announcement)
{
    private readonly List<AccountChange> _changes = [];
    private readonly List<Crossing> _crossings = [];
    private readonly List<(WebhookMessage Message, WebhookFacts Facts)> _messages = [];

    public void Add(AccountChange change, string? traceParent)
    {
        _changes.Add(change);
        _crossings.AddRange(change.Evaluation.Crossings);
        if (announcement == Announcement.Withhold) return;
        foreach (var crossing in change.Evaluation.Crossings)
            _messages.Add(CrossingMessage.Of(crossing, change.Evaluation.Standing, traceParent));
    }

    /// <returns>How many deliveries were queued.</returns>
    public async Task<int> WriteAsync(DbTransaction transaction, CancellationToken cancellation)
    {
        if (_changes.Count == 0) return 0;
        await sql.SaveAsync(transaction, _changes);
        if (_crossings.Count > 0) await sql.AppendCrossingsAsync(transaction, _crossings);
        return await outbox.AppendAsync(transaction, _messages, cancellation);
    }
}
