using Dapper;
using HealthApi.Core;
using HealthApi.Core.Events;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Processing;

namespace HealthApi.Infrastructure.Explaining;

/// <summary>An account's signals, and which families of events have fallen silent.</summary>
public sealed record ReadSignals(AccountStanding Standing, IReadOnlySet<EventFamily> Silent)
{
    /// <summary>Whether the signal's source is silent for longer than it usually is; never for what rests on the profile or was never fed.</summary>
    public bool IsStale(Signal signal) => signal.Family() is { } family && Silent.Contains(family);
}

/// <summary>Reads signals with the rhythm of their sources.</summary>
public sealed class SignalReader(IDatabase database, AccountStore accounts, EvaluationPolicies policies, TimeProvider time)
{
    private static readonly SqlText SelectDays = new(
        """
        SELECT DISTINCT type AS Type, occurred_at / 86400000000 * 86400000000 AS Day FROM events WHERE account_id = @AccountId AND occurred_at > @Since
        """,
        """
        SELECT DISTINCT type AS Type, CAST(occurred_at AS date) AS Day FROM events WHERE account_id = @AccountId AND occurred_at > @Since
        """);

    /// <summary>Null where there is no such account.</summary>
    public async Task<ReadSignals?> ReadAsync(string accountId, CancellationToken cancellation)
    {
        if (await accounts.LoadStateAsync(accountId, cancellation) is not { } state) return null;
        var policy = await policies.CurrentAsync(cancellation);
        var now = Instant.Truncate(time.GetUtcNow());
        var standing = AccountEvaluator.Stand(state.Figures, state.Stored.Account, policy, now, state.Memory.OverrideAt(now));
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<DayRow>(SelectDays.For(connection), new { AccountId = accountId, Since = now - SourceRhythm.LookBack }), cancellation);
        var days = rows.ToLookup(row => ((EventType)row.Type).Family(), row => row.Day.ToDay());
        var silent = Enum.GetValues<EventFamily>().Where(family => SourceRhythm.IsStale([.. days[family].Distinct().Order()], state.Figures.NewestOf(family), now));
        return new ReadSignals(standing, silent.ToHashSet());
    }

    private sealed record DayRow
    {
        public long Type { get; init; }

        public DateTimeOffset Day { get; init; }
    }
}
