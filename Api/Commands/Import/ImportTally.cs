using HealthApi.Core.Input;
using HealthApi.Infrastructure.Evaluation;

namespace HealthApi.Api.Commands.Import;

/// <summary>
/// The counts of an import so far. They are stored with the checkpoint, so that the summary of a resumed import includes the earlier runs.
/// </summary>
internal sealed record ImportTally
{
    public long Rows { get; set; }

    /// <summary>Rows that met no condition of the mapping, so that nothing was made from them.</summary>
    public long Unused { get; set; }

    /// <summary>Events that were stored.</summary>
    public long Events { get; set; }

    public long Duplicates { get; set; }

    /// <summary>Events whose source and id belong to a stored event with other content; the stored one stays.</summary>
    public long Conflicts { get; set; }

    public long Parked { get; set; }

    /// <summary>Crossings that the import caused, whether webhooks were sent or not.</summary>
    public long Crossings { get; set; }

    public long AccountsCreated { get; set; }

    public long AccountsUpdated { get; set; }

    public long AccountsUnchanged { get; set; }

    /// <summary>The number of refused rows and outputs by the code of their first mistake.</summary>
    public SortedDictionary<string, long> Rejected { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Refused events that are older than the retention or ahead of the clock.</summary>
    public long TooOld { get; set; }

    /// <summary>Working time in seconds, over all runs.</summary>
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
