using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Core.Accounts;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Input;
using HealthApi.Core.Scoring;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Policies;

namespace HealthApi.Api.Accounts;

/// <summary>
/// The filters of <c>GET /v1/accounts</c>, read from the query. A word that no policy in force defines is answered 422, because it would
/// match no account.
/// </summary>
internal static class AccountQuery
{
    private const char Separator = ':';
    private const int MaxExternalId = (2 * Identifiers.MaxLength) + 1;

    public static readonly string[] Names =
    [
        "segment", "category", "risk", "owner", "phase", "churned", "minScore", "maxScore", "minRisk", "renewalBefore", "tag", "parentId",
        "externalId", "q", "disagreement",
    ];

    public static async ValueTask<Outcome<AccountFilter>> ReadAsync(
        HttpRequest request, EvaluationPolicies policies, CancellationToken cancellation)
    {
        var read = Read(request, await policies.CurrentAsync(cancellation));

        // Another process may just have changed the policy; read it again before the word is refused.
        return read.Problem is null ? read : Read(request, await policies.FreshAsync(cancellation));
    }

    private static Outcome<AccountFilter> Read(HttpRequest request, EvaluationPolicy policy)
    {
        var filter = new AccountFilter
        {
            Owner = QueryValues.Texts(request, "owner"),
            Tag = QueryValues.Texts(request, "tag"),
            ParentId = QueryValues.Texts(request, "parentId"),
            Q = QueryValues.Text(request, "q"),
        };
        if (Words(request, policy, filter).Failed(out var problem, out filter)) return problem;
        if (Ranges(request, filter).Failed(out problem, out filter)) return problem;
        return ExternalIds(request, filter);
    }

    private static Outcome<AccountFilter> Words(HttpRequest request, EvaluationPolicy policy, AccountFilter filter)
    {
        string[] levels = [.. policy.Rules.Levels.Select(level => level.Id)];
        string[] categories = [
            .. policy.Models.All.SelectMany(model => model.Categories).Select(category => category.Id).Append(HealthModel.UnknownCategory)
            .Distinct()];
        if (QueryValues.ReadWords(request, "segment", "a segment", policy.Segments.Ids, out var segment) is { } noSegment) return noSegment;
        if (QueryValues.ReadWords(request, "category", "a category", categories, out var category) is { } noCategory) return noCategory;
        if (QueryValues.ReadWords(request, "risk", "a churn level", levels, out var risk) is { } noLevel) return noLevel;
        if (QueryValues.ReadWords(request, "phase", "a phase", LifecyclePhases.All, out var phase) is { } noPhase) return noPhase;
        return filter with { Segment = segment, Category = category, Risk = risk, Phase = phase };
    }

    private static Outcome<AccountFilter> Ranges(HttpRequest request, AccountFilter filter)
    {
        if (QueryValues.ReadScore(request, "minScore", out var minScore) is { } badMin) return badMin;
        if (QueryValues.ReadScore(request, "maxScore", out var maxScore) is { } badMax) return badMax;
        if (minScore > maxScore) return Problem.Invalid("?minScore", ErrorCodes.OutOfRange, "Must not be greater than maxScore.");
        if (QueryValues.ReadScore(request, "minRisk", out var minRisk) is { } badRisk) return badRisk;
        if (QueryValues.ReadTime(request, "renewalBefore", out var renewalBefore) is { } badTime) return badTime;
        if (QueryValues.Flag(request, "churned").Failed(out var badFlag, out var churned)) return badFlag;
        if (QueryValues.Flag(request, "disagreement").Failed(out badFlag, out var disagreement)) return badFlag;
        return filter with
        {
            MinScore = minScore,
            MaxScore = maxScore,
            MinRisk = minRisk,
            RenewalBefore = renewalBefore,
            Churned = request.Query.ContainsKey("churned") ? churned : null,
            Disagreement = request.Query.ContainsKey("disagreement") ? disagreement : null,
        };
    }

    /// <summary>System and id, separated by a colon. Both may contain colons, so every colon is tried as the separator.</summary>
    private static Outcome<AccountFilter> ExternalIds(HttpRequest request, AccountFilter filter)
    {
        if (QueryValues.Texts(request, "externalId", MaxExternalId) is not { } texts) return filter;
        var pairs = texts.Select(text => Pairs(text).ToList()).ToList();
        return pairs.Any(candidates => candidates.Count == 0)
            ? Problem.Invalid(
                "?externalId", ErrorCodes.InvalidFormat, "Must be the system and its id, separated by a colon, such as stripe:cus_1.")
            : filter with { ExternalId = [.. pairs.SelectMany(candidates => candidates)] };
    }

    private static IEnumerable<ExternalId> Pairs(string text) =>
        from place in Enumerable.Range(1, Math.Max(0, text.Length - 2))
        where text[place] == Separator && place <= Identifiers.MaxLength && text.Length - place - 1 <= Identifiers.MaxLength
        select new ExternalId(text[..place], text[(place + 1)..]);
}
