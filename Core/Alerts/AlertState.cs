using System.Text.Json.Serialization;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Alerts;

/// <summary>
/// The state of the alerts of one account and metric between two evaluations. At most one alert is open, so one state holds it.
/// </summary>
public sealed record AlertState
{
    /// <summary>The number of alerts so far; part of their ids.</summary>
    public int Count { get; init; }

    /// <summary>The number of the open alert; 0 if none is open.</summary>
    public int Open { get; init; }

    /// <summary>The number of changes of the open alert; part of the ids of its messages.</summary>
    public int Changes { get; init; }

    /// <summary>The number of the first change of the open alert that was announced; 0 while there was none.</summary>
    public int Told { get; init; }

    /// <summary>Whether the opening condition held when it was last judged.</summary>
    public bool Holds { get; init; }

    /// <summary>
    /// The instant since which the condition has held, or has not; null while neither is known or of interest. The times of confirmation
    /// and release run from it.
    /// </summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The cause of the last turn of <see cref="Holds"/>.</summary>
    public CrossingCause By { get; init; }

    /// <summary>Whether what follows from the last turn of <see cref="Holds"/> is stored without a message.</summary>
    public bool Quietly { get; init; }

    /// <summary>The instant since which there has been no score to judge; null while there is one.</summary>
    public DateTimeOffset? UnjudgedSince { get; init; }

    /// <summary>Whether the condition of the open alert has held for the confirmation time.</summary>
    public bool Confirmed { get; init; }

    /// <summary>The rank when the condition last held; 0 is the worst.</summary>
    public int Rank { get; init; }

    /// <summary>The worst standing since the condition began to hold.</summary>
    public AlertMark? Worst { get; init; }

    /// <summary>Health: the score from which an alert of severity <c>info</c> fell.</summary>
    public double? FellFrom { get; init; }

    /// <summary>The standing before the condition began to hold, for the reasons; null if there was none.</summary>
    public RememberedStanding? From { get; init; }

    /// <summary>The worsening crossings of the metric since the condition began to hold; the last ones.</summary>
    public IReadOnlyList<string> Crossings { get; init; } = [];

    /// <summary>What the open alert stores of its account, as a number (<see cref="AccountMark"/>).</summary>
    public int Account { get; init; }

    public DateTimeOffset? SnoozedUntil { get; init; }

    /// <summary>
    /// The rank at which a person resolved the last alert, while the same condition goes on; null otherwise. Only a worse rank opens an
    /// alert then.
    /// </summary>
    public int? ClosedAt { get; init; }

    /// <summary>The instants of the openings within the last 30 days.</summary>
    public IReadOnlyList<DateTimeOffset> Openings { get; init; } = [];

    /// <summary>The instant at which the doubled release time ends; null where it is not doubled.</summary>
    public DateTimeOffset? FlappingUntil { get; init; }

    /// <summary>Whether the open alert is marked as flapping.</summary>
    public bool Flapping { get; init; }

    [JsonIgnore]
    public bool IsOpen => Open != 0;

    /// <summary>Whether the condition holds, but has not been confirmed, and no alert is open.</summary>
    [JsonIgnore]
    public bool IsPending => Open == 0 && Holds && ClosedAt is null;

    /// <summary>Without an alert and without a condition that holds. What prevents repeated ids and finds flapping is kept.</summary>
    internal AlertState Cleared() => new() { Count = Count, Openings = Openings, FlappingUntil = FlappingUntil };
}
