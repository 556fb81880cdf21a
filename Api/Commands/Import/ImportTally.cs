using HealthApi.Core.Input;
using HealthApi.Infrastructure.Evaluation;

namespace HealthApi.Api.Commands.Import;

/// <summary>
/// What an import has done so far. It is stored with the checkpoint, so that the summary of a resumed import counts the earlier runs too.
/// </summary>
internal sealed record ImportTally
{
    public long Rows { get; set; }

    /// <summary>Rows of which nothing was made, because no condition held.</summary>
    public long Unused { get; set; }

    /// <summary>Events that were not known before.</summary>
    public long Events { get; set; }

    public long Duplicates { get; set; }

    /// <summary>The same source and id with another content; the first stays.</summary>
    public long Conflicts { get; set; }

    public long Parked { get; set; }

    /// <summary>Crossings that events and profiles decided, sent or not.</summary>
    public long Crossings { get; set; }

    public long AccountsCreated { get; set; }

    public long AccountsUpdated { get; set; }

    public long AccountsUnchanged { get; set; }

    /// <summary>Refused rows and outputs, by the code of their first mistake.</summary>
    public SortedDictionary<string, long> Rejected { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Those of them that are older than the retention, or ahead of the clock.</summary>
    public long TooOld { get; set; }

    /// <summary>Seconds at work.</summary>
    public double Seconds { get; set; }

    public long Accounts => AccountsCreated + AccountsUpdated + AccountsUnchanged;

    public long Handled => Events + Duplicates + Conflicts + Parked;

    public void Add(EventTally tally)
    {
        Events += tally.New;
        Duplicates += tally.Duplicates;
        Conflicts += tally.Conflicts;
        Parked += tally.Parked;
        Crossings += tally.Crossings;
    }

    public void Reject(Rejection rejection)
    {
        var first = rejection.Errors[0];
        Rejected[first.Code] = Rejected.GetValueOrDefault(first.Code) + 1;
        if (first is { Pointer: "/occurredAt", Code: ErrorCodes.OutOfRange }) TooOld++;
    }
}
