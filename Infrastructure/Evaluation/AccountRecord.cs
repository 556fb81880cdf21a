using HealthApi.Core.Accounts;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Primitives;
using HealthApi.Core.Signals;
using HealthApi.Infrastructure.Accounts;

namespace HealthApi.Infrastructure.Evaluation;

/// <summary>An account as a processing transaction loads it.</summary>
public sealed record AccountRecord
{
    public required Account Account { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string Segment { get; init; }

    public required string Phase { get; init; }

    /// <summary>The stored terms that listings show; null where this version of the service has not written them yet.</summary>
    public ListedTerms? Listed { get; init; }

    /// <summary>Version of the state row; 0 where the account is not in the store yet.</summary>
    public long Version { get; init; }

    public required AccountFigures Figures { get; init; }

    public required AccountMemory Memory { get; init; }

    /// <summary>Day of the last evaluation (days since 1970-01-01), or null.</summary>
    public int? EvaluatedDay { get; init; }

    /// <summary>The stored due time, or null.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>First day whose history must be restated (days since 1970-01-01), or null.</summary>
    public int? RestateFrom { get; init; }

    /// <summary>Whether only profile and version were read, so that a change writes every column.</summary>
    public bool HasUnknownColumns { get; init; }

    /// <summary>Why the account cannot be folded or evaluated; figures, memory and profile are then empty. Null where it can.</summary>
    public AccountFault? Fault { get; init; }

    /// <summary>A new account without a profile, for the first event of an id that is not in the store.</summary>
    public static AccountRecord Bare(string accountId, DateTimeOffset createdAt) => new()
    {
        Account = new Account { Id = accountId, Name = accountId },
        CreatedAt = createdAt,
        Segment = "",
        Phase = "",
        Figures = AccountFigures.Decode([]),
        Memory = AccountMemory.Empty,
    };
}

/// <summary>An account's evaluation, to be written.</summary>
public sealed record AccountChange(AccountRecord Before, AccountEvaluation Evaluation, byte[] Figures, int? RestateFrom)
{
    /// <summary>Whether the account is not in the store yet.</summary>
    public bool IsNew => Before.Version == 0;

    /// <summary>Whether every column is written, because there is no row yet or its columns are not known.</summary>
    public bool WritesAll => IsNew || Before.HasUnknownColumns;

    /// <summary>Whether the score differs from the stored one.</summary>
    public bool ScoreMoved => WritesAll || Before.Memory.Score != Evaluation.Memory.Score;

    /// <summary>Whether the category or the one before it differs from the stored one.</summary>
    public bool CategoryMoved => WritesAll || Before.Memory.Category != Evaluation.Memory.Category
        || Before.Memory.PreviousCategory != Evaluation.Memory.PreviousCategory;

    /// <summary>Whether the risk or its level differs from the stored one.</summary>
    public bool RiskMoved =>
        WritesAll || Before.Memory.RiskScore != Evaluation.Memory.RiskScore || Before.Memory.RiskLevel != Evaluation.Memory.RiskLevel;

    /// <summary>Whether score, category, risk or level differ from the stored ones.</summary>
    public bool StandingMoved => ScoreMoved || CategoryMoved || RiskMoved;

    /// <summary>Whether the listing columns differ from the stored ones.</summary>
    public bool ListingMoved => WritesAll || Before.Segment != Evaluation.Standing.Segment || Before.Phase != Evaluation.Standing.Phase
        || Before.Listed != ListedTerms.Of(Evaluation.Standing.Account);

    /// <summary>
    /// Whether today's row of the history must be written. A row holds until the next one, so an unchanged standing needs none, unless the
    /// days before today are derived again.
    /// </summary>
    public bool HistoryMoved => StandingMoved || Before.EvaluatedDay is null || RestateFrom is not null;

    /// <summary>Whether the last evaluation was on a later day, by a clock that was ahead.</summary>
    public bool IsBehind => Before.EvaluatedDay > Evaluation.Standing.AsOf.ToDay();

    /// <summary>
    /// The due time to store. A stored one that is still ahead is only ever moved earlier: being due too early is harmless, and a time that
    /// stays costs no index entry.
    /// </summary>
    public DateTimeOffset? DueAt =>
        Before.DueAt is { } stored && stored > Evaluation.Standing.AsOf && !(Evaluation.DueAt < stored) ? stored : Evaluation.DueAt;

    /// <summary>Whether the due time must be written.</summary>
    public bool DueMoved => WritesAll || DueAt != Before.DueAt;

    /// <summary>The account as it is stored once this change is committed.</summary>
    public AccountRecord After() => Before with
    {
        Segment = Evaluation.Standing.Segment,
        Phase = Evaluation.Standing.Phase,
        Listed = ListedTerms.Of(Evaluation.Standing.Account),
        Version = Before.Version + 1,
        Memory = Evaluation.Memory,
        EvaluatedDay = Evaluation.Standing.AsOf.ToDay(),
        DueAt = DueAt,
        RestateFrom = RestateFrom,
    };
}
