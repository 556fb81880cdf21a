using HealthApi.Api.Bodies;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Api.Security;
using HealthApi.Core.Churn;
using HealthApi.Infrastructure.Policies;
using HealthApi.Infrastructure.Security;

namespace HealthApi.Api.Policies;

/// <summary>
/// The churn rules in force; scopes <c>read</c> and <c>write</c>. A PUT stores a new version and starts a job that evaluates every account
/// with it.
/// </summary>
internal static class ChurnRuleEndpoints
{
    public static void MapChurnRules(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/churn-rules").WithTags("Policies");
        group.MapGet("", GetAsync).RequireScope(ApiScopes.Read).WithQuery("version");
        group.MapPut("", PutAsync).RequireScope(ApiScopes.Write).WithQuery("announce");
    }

    private static async Task<Results<VersionedDocument, Problem>> GetAsync(
        HttpContext context, EvaluationPolicies policies, CancellationToken cancellation)
    {
        if (QueryValues.ReadWhole(context.Request, "version", out var version) is { } problem) return problem;
        var policy = await policies.FreshAsync(cancellation);
        for (var former = policy; former is not null; former = former.Before)
            if (version is null || former.Rules.Version == version)
                return new VersionedDocument(ChurnRuleSetWriter.ToUtf8(former.Rules), former.Rules.Version);
        return NotFound();
    }

    private static async Task<Results<VersionedDocument, Problem>> PutAsync(
        HttpContext context, PolicyStore store, CancellationToken cancellation)
    {
        if (ETags.Precondition(context.Request).Failed(out var problem, out var precondition)) return problem;
        if (QueryValues.Flag(context.Request, "announce", absent: true).Failed(out problem, out var announce)) return problem;
        if ((await DocumentBody.ReadAsync(context.Request, utf8 => ChurnRuleSetReader.Read(utf8))).Failed(out problem, out var rules))
            return problem;
        var write = await store.PutRulesAsync(rules, precondition.Value, announce.Value, cancellation);
        if (write.Status.ToProblem(NotFound()) is { } failed) return failed;
        var (policy, job) = write.Stored!;
        return new VersionedDocument(ChurnRuleSetWriter.ToUtf8(policy), policy.Version) { JobId = job };
    }

    private static Problem NotFound() => Problem.NotFound("The churn rules have no such version.");
}
