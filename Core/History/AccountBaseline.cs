using HealthApi.Core.Events;
using HealthApi.Core.Signals;

namespace HealthApi.Core.History;

/// <summary>
/// Stands for the events of an account that retention has pruned. Folded from here, the remaining log gives for every instant from the
/// horizon on what the whole log would give.
/// </summary>
/// <param name="Horizon">The instant the figures were encoded for; they say nothing of earlier ones.</param>
/// <param name="FirstReceivedAt">When the first of the pruned events came.</param>
/// <param name="LastReceivedAt">When the last of the pruned events came; later than the horizon where it was late.</param>
/// <param name="Figures">The encoded figures of the pruned events (<see cref="AccountFigures.Encode"/>).</param>
public sealed record AccountBaseline(DateTimeOffset Horizon, DateTimeOffset FirstReceivedAt, DateTimeOffset LastReceivedAt, byte[] Figures)
{
    /// <summary>The figures to go on from; a copy of the caller's own.</summary>
    /// <exception cref="InvalidDataException">The bytes are of an unknown format or corrupt.</exception>
    public AccountFigures Open() => AccountFigures.DecodeBaseline(Figures);

    /// <summary>Takes in events that are pruned now, in any order and however old they are.</summary>
    /// <param name="before">What was pruned before; null for nothing.</param>
    /// <param name="pruned">At least one event.</param>
    /// <param name="horizon">What happened earlier is pruned. An earlier one than before's changes nothing: what is forgotten stays
    /// forgotten.</param>
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

/// <summary>Whether figures of an instant can go on from a baseline.</summary>
internal static class BaselineUse
{
    /// <summary>The baseline; null where there is none, or where it stands for events later than the instant.</summary>
    public static AccountBaseline? UsableAt(this AccountBaseline? baseline, DateTimeOffset at) => baseline?.Horizon <= at ? baseline : null;
}
