using HealthApi.Core.Evaluation;
using HealthApi.Core.Events;
using HealthApi.Core.Signals;

namespace HealthApi.Infrastructure.Explaining;

/// <summary>An account's signals, and which families of events have fallen silent.</summary>
public sealed record ReadSignals(AccountStanding Standing, IReadOnlySet<EventFamily> Silent)
{
    /// <summary>
    /// Whether the signal's source is silent for longer than it usually is; never for what rests on the profile or was never fed.
    /// </summary>
    public bool IsStale(Signal signal) => signal.Family() is { } family && Silent.Contains(family);
}

/// <summary>Reads signals, of now and of the past, with the rhythm of their sources.</summary>
public sealed class SignalReader(StandingReader standings, SilentSources sources)
{
    /// <summary>The signals at an instant (null: now); null where there is no such account.</summary>
    /// <exception cref="Events.ReplayBusyException">Too many large logs are being read.</exception>
    public async Task<ReadSignals?> ReadAsync(string accountId, DateTimeOffset? at, CancellationToken cancellation) =>
        await standings.StandAsync(accountId, at, cancellation) is { } read
            ? new ReadSignals(read.Now, await sources.FindAsync(read, cancellation))
            : null;
}
