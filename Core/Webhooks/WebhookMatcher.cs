namespace HealthApi.Core.Webhooks;

/// <summary>A filter prepared for many messages. Each list is a hash set, so its length does not matter.</summary>
public sealed class WebhookMatcher
{
    private readonly HashSet<string>? _segments, _directions, _metrics, _thresholds, _accounts, _tags;
    private readonly decimal? _minArr;

    public WebhookMatcher(WebhookFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        (_segments, _directions, _metrics) = (Wanted(filter.Segments), Wanted(filter.Directions), Wanted(filter.Metrics));
        (_thresholds, _accounts, _tags, _minArr) = (Wanted(filter.Thresholds), Wanted(filter.Accounts), Wanted(filter.Tags), filter.MinArr);
    }

    /// <summary>Whether a message with these facts matches the filter.</summary>
    public bool Matches(WebhookFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return (facts.Direction is null || Allows(_directions, facts.Direction))
            && (facts.Metric is null || Allows(_metrics, facts.Metric))
            && (facts.Thresholds is null || _thresholds is null || facts.Thresholds.Any(_thresholds.Contains))
            && (facts.AccountId is null || MatchesAccount(facts));
    }

    private static HashSet<string>? Wanted(IReadOnlyList<string>? words) => words is null or [] ? null : [.. words];

    private static bool Allows(HashSet<string>? wanted, string? value) => wanted is null || (value is not null && wanted.Contains(value));

    private bool MatchesAccount(WebhookFacts facts) =>
        Allows(_accounts, facts.AccountId)
        && Allows(_segments, facts.Segment)
        && (_minArr is null || facts.Arr >= _minArr)
        && (_tags is null || facts.Tags.Any(_tags.Contains));
}
