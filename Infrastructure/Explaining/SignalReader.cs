using HealthApi.Core.Evaluation;
using HealthApi.Core.Events;
using HealthApi.Core.Signals;

namespace HealthApi.Infrastructure.Explaining;

/// <summary>An account's signals, and the families of events that have fallen silent.</summary>
public sealed record ReadSignals(AccountStanding Standing, IReadOnlySet<EventFamily> Silent)
{
    /// <summary>
    /// Whether the events behind the signal have been missing for longer than usual. False for a signal that is derived from the profile,
    /// and where no such event ever came.
    /// </summary>
    public bool IsStale(Signal signal) => signal.Family() is { } family && Silent.Contains(family);
}

/// <summary>Reads signals, current and past, and whether they are stale.</summary>
public sealed class SignalReader(StandingReader standings, SilentSources sources)
{
    /// <summary>The signals at an instant (null: now); null where there is no such account.</summary>
    /// <exception cref="Events.ReplayBusyException">Too many large logs are being read.</exception>
    public async Task<ReadSignals?> ReadAsync(string accountId, DateTimeOffset? at, CancellationToken cancellation) =>
        await standings.StandAsync(accountId, at, cancellation) is { } read
            ? new ReadSignals(read.Now, await sources.FindAsync(read, cancellation))
            : null;
}
