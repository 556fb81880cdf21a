using System.Text.Json;
using HealthApi.Api.Accounts;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Core.Explaining;
using HealthApi.Core.Input;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Explaining;

namespace HealthApi.Api.Explaining;

/// <summary><c>GET …/roll-up</c>: one score for a parent account and all accounts below it.</summary>
internal static class RollUpEndpoint
{
    private static readonly Dictionary<string, RollUpMethod> Methods =
        Enum.GetValues<RollUpMethod>()
            .ToDictionary(method => JsonNamingPolicy.CamelCase.ConvertName(method.ToString()), StringComparer.Ordinal);

    public static IReadOnlyCollection<string> MethodNames => Methods.Keys;

    public static async Task<Results<Ok<RollUpView>, Problem>> GetAsync(
        HttpContext context, RollUpReader reader, CancellationToken cancellation)
    {
        if (PathIds.Account(context).Failed(out var problem, out var id)) return problem;
        if (QueryValues.Flag(context.Request, "includeParent").Failed(out problem, out var includeParent)) return problem;
        var name = QueryValues.Text(context.Request, "method") ?? MethodNames.First();
        if (!Methods.TryGetValue(name, out var method))
            return Problem.Invalid(UnknownWord.Error("?method", name, "a method", [.. MethodNames]));
        return await reader.ReadAsync(id, method, includeParent.Value, cancellation) is { } found
            ? TypedResults.Ok(RollUpView.Of(found, name, includeParent.Value))
            : AccountProblems.NotFound(id);
    }
}

internal sealed record RollUpView(
    string AccountId, string Method, bool IncludeParent, double? Score, string Category, FamilyMemberView Parent,
    IEnumerable<FamilyMemberView> Children)
{
    public static RollUpView Of(ReadRollUp found, string method, bool includeParent) => new(
        found.Parent.Id, method, includeParent, Rounding.ForDisplay(found.Score), found.Category, FamilyMemberView.Of(found.Parent),
        found.Children.Select(FamilyMemberView.Of));
}

internal sealed record FamilyMemberView(
    string Id, string Name, string? ParentId, int Depth, decimal? Arr, double? Score, string Category, RiskSummary ChurnRisk)
{
    public static FamilyMemberView Of(FamilyMember member) => new(
        member.Id, member.Name, member.ParentId, member.Depth, member.Arr, Rounding.ForDisplay(member.Score), member.Category,
        RiskSummary.Of(member.RiskScore, member.RiskLevel));
}
