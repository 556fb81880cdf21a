using HealthApi.Core.Accounts;
using HealthApi.Core.Events;

namespace HealthApi.Api.Tests.Support.Data;

/// <summary>An account, its distinct events in no particular order, and an instant at or after the newest event.</summary>
internal sealed record AccountHistory(Account Account, HealthEvent[] Events, DateTimeOffset AsOf, int Seed)
{
    public static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Lists account, instant, seed and events, so that the counterexample of a property is readable.</summary>
    public override string ToString() =>
        $"{Account}\nas of {AsOf:O}, seed {Seed}\n{string.Join('\n', Events.Select(e => $"  {e.OccurredAt:O} {e.Type} {e.Data}"))}";
}
