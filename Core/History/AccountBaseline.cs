using HealthApi.Core.Events;
using HealthApi.Core.Signals;

namespace HealthApi.Core.History;

/// <summary>
/// The figures of the events of an account that retention has pruned. A fold that starts from the baseline and takes the remaining log
/// gives, for every instant from the horizon on, the same figures as a fold of the whole log.
/// </summary>
/// <param name="Horizon">The instant for which the figures were encoded; they are not valid for earlier instants.</param>
/// <param name="FirstReceivedAt">The instant at which the first of the pruned events was received.</param>
/// <param name="LastReceivedAt">
/// The instant at which the last of the pruned events was received; later than the horizon if that event was late.
/// </param>
/// <param name="Figures">The encoded figures of the pruned events (<see cref="AccountFigures.Encode"/>).</param>
public sealed record AccountBaseline(DateTimeOffset Horizon, DateTimeOffset FirstReceivedAt, DateTimeOffset LastReceivedAt, byte[] Figures)
{
    /// <summary>
    /// Whether the events are still in the log, so that earlier instants can be derived too: a checkpoint
    /// (docs/decisions/0036-checkpoints.md), not the baseline of pruned events.
    /// </summary>
    public bool IsCheckpoint { get; init; }

    /// <summary>Decodes the figures from which a fold continues. Every call gives a new copy.</summary>
    /// <exception cref="InvalidDataException">The bytes are of an unknown format or corrupt.</exception>
    public AccountFigures Open() => AccountFigures.DecodeBaseline(Figures);

    /// <summary>Adds events that are pruned now, in any order and of any age.</summary>
    /// <param name="before">The baseline so far; null if nothing was pruned before.</param>
    /// <param name="pruned">At least one event.</param>
    /// <param name="horizon">
    /// Events before this instant are pruned. If it is earlier than the horizon of <paramref name="before"/>, the later one stays: what the
    /// figures have forgotten cannot be restored.
    /// </param>
    public static AccountBaseline Extend(AccountBaseline? before, IReadOnlyCollection<LoggedEvent> pruned, DateTimeOffset horizon)
    {
        ArgumentNullException.ThrowIfNull(pruned);
        var figures = before?.Open() ?? new AccountFigures();
        foreach (var logged in pruned) figures.Apply(logged.Event);
        var latest = before is not null && before.Horizon > horizon ? before.Horizon : horizon;
        var arrivals = pruned.Select(logged => logged.ReceivedAt);
        if (before is not null) arrivals = arrivals.Append(before.FirstReceivedAt).Append(before.LastReceivedAt);
        return new AccountBaseline(latest, arrivals.Min(), arrivals.Max(), figures.Encode(latest));
    }
}

/// <summary>Decides whether a baseline can be used for an instant.</summary>
internal static class BaselineUse
{
    /// <summary>The baseline; null if there is none or if its horizon is later than the instant.</summary>
    public static AccountBaseline? UsableAt(this AccountBaseline? baseline, DateTimeOffset at) => baseline?.Horizon <= at ? baseline : null;
}
