using HealthApi.Core.Accounts;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;

namespace HealthApi.Infrastructure.Processing;

/// <summary>An account as a processing transaction loads it. <see cref="Version"/> 0 means it is not in the store yet.</summary>
public sealed record AccountRecord
{
    public required Account Account { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string Segment { get; init; }

    public required string Phase { get; init; }

    /// <summary>Version of the state row.</summary>
    public long Version { get; init; }

    public required AccountFigures Figures { get; init; }

    public required AccountMemory Memory { get; init; }

    /// <summary>Day of the last history row (days since 1970-01-01), or null.</summary>
    public int? EvaluatedDay { get; init; }

    /// <summary>First day whose history late events have changed, or null.</summary>
    public int? RestateFrom { get; init; }

    /// <summary>A bare account, made for the first event of an id that nobody has described yet.</summary>
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
public sealed record AccountChange(AccountRecord Before, AccountEvaluation Evaluation, byte[] Figures, int? RestateFrom);
