namespace HealthApi.Infrastructure.Policies;

/// <summary>Selects the accounts to evaluate again.</summary>
/// <param name="Segments">The segments, where <c>*</c> means all segments without a model of their own; null for all accounts.</param>
internal sealed record RescoreRequest(IReadOnlyList<string>? Segments)
{
    public static readonly RescoreRequest All = new((IReadOnlyList<string>?)null);
}

/// <summary>The result of a rescore job.</summary>
/// <param name="Accounts">Accounts that were evaluated.</param>
/// <param name="Moved">Accounts whose category or churn level changed.</param>
/// <param name="Crossings">Crossings that were found, whether sent or not.</param>
internal sealed record RescoreResult(long Accounts, long Moved, long Crossings)
{
    public RescoreResult()
        : this(0, 0, 0)
    {
    }

    public RescoreResult Plus(long accounts, long moved, long crossings) =>
        new(Accounts + accounts, Moved + moved, Crossings + crossings);
}
