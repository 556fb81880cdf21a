using HealthApi.Core.Accounts;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Primitives;
using HealthApi.Core.Signals;
using HealthApi.Infrastructure.Accounts;

namespace HealthApi.Infrastructure.Evaluation;

/// <summary>
/// The stored columns of an account, not decoded yet. A row that cannot be decoded becomes a record with a fault, so that it does not make
/// other accounts fail.
/// </summary>
internal ref struct StateColumns
{
    public required string Id { get; init; }

    public required ReadOnlySpan<byte> Profile { get; init; }

    public required string Segment { get; init; }

    public required string Phase { get; init; }

    public required ListedTerms? Listed { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required long Version { get; init; }

    public required ReadOnlySpan<byte> Figures { get; init; }

    /// <summary>Empty where an earlier version wrote the row.</summary>
    public required ReadOnlySpan<byte> Memory { get; init; }

    /// <summary>The memory of an earlier version; empty where this version wrote the row.</summary>
    public required ReadOnlySpan<byte> FormerMemory { get; init; }

    public required DateTimeOffset? EvaluatedAt { get; init; }

    public required DateTimeOffset? DueAt { get; init; }

    public required long? RestateFrom { get; init; }

    /// <summary>Why the account is parked; null where it is not.</summary>
    public required string? ParkedError { get; init; }

    public readonly AccountRecord ToRecord()
    {
        if (ParkedError is not null) return ToRecord(new AccountFault(ParkedError, null) { IsStored = true });
        try
        {
            return ToRecord(null) with
            {
                Account = AccountColumns.FromProfile(Profile),
                Figures = AccountFigures.Decode(Figures),
                Memory = AccountMemory.FromStored(Memory, FormerMemory),
            };
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return ToRecord(AccountFault.OfState(Figures));
        }
    }

    private readonly AccountRecord ToRecord(AccountFault? fault) => new()
    {
        Account = new Account { Id = Id, Name = Id },
        Segment = Segment,
        Phase = Phase,
        Listed = Listed,
        CreatedAt = CreatedAt,
        Version = Version,
        Figures = AccountFigures.Decode([]),
        Memory = AccountMemory.Empty,
        EvaluatedDay = EvaluatedAt?.ToDay(),
        DueAt = DueAt,
        RestateFrom = (int?)RestateFrom,
        Fault = fault,
    };
}
