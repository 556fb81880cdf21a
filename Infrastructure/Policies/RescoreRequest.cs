namespace HealthApi.Infrastructure.Policies;

/// <summary>Whose accounts are judged anew.</summary>
/// <param name="Segments">Segments, <c>*</c> standing for those without a model of their own; null for every account there is.</param>
internal sealed record RescoreRequest(IReadOnlyList<string>? Segments)
{
    public static readonly RescoreRequest All = new((IReadOnlyList<string>?)null);
}

/// <summary>What came of it.</summary>
/// <param name="Accounts">Accounts judged anew.</param>
/// <param name="Moved">Of those, in another category or churn level than before.</param>
/// <param name="Crossings">Crossings decided, sent or not.</param>
internal sealed record RescoreResult(long Accounts, long Moved, long Crossings)
{
    public RescoreResult()
        : this(0, 0, 0)
    {
    }
}
