using HealthApi.Api.Bodies;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Api.Security;
using HealthApi.Core.Accounts;
using HealthApi.Infrastructure.Policies;
using HealthApi.Infrastructure.Security;

namespace HealthApi.Api.Policies;

/// <summary>
/// The policy of segments and phases; scopes <c>read</c> and <c>write</c>. A PUT stores a new version and starts a job that evaluates every
/// account with it.
/// </summary>
internal static class SegmentEndpoints
{
    public static void MapSegments(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/segments").WithTags("Policies");
        group.MapGet("", GetAsync).RequireScope(ApiScopes.Read).WithQuery("version");
        group.MapPut("", PutAsync).RequireScope(ApiScopes.Write).WithQuery("announce");
    }

    private static async Task<Results<VersionedDocument, Problem>> GetAsync(
        HttpContext context, EvaluationPolicies policies, CancellationToken cancellation)
    {
        if (QueryValues.ReadWhole(context.Request, "version", out var version) is { } problem) return problem;
        var policy = await policies.FreshAsync(cancellation);
        for (var former = policy; former is not null; former = former.Before)
            if (version is null || former.Segments.Version == version)
                return new VersionedDocument(SegmentPolicyWriter.ToUtf8(former.Segments), former.Segments.Version);
        return NotFound();
    }

    private static async Task<Results<VersionedDocument, Problem>> PutAsync(
        HttpContext context, PolicyStore store, CancellationToken cancellation)
    {
        if (ETags.Precondition(context.Request).Failed(out var problem, out var precondition)) return problem;
        if (QueryValues.Flag(context.Request, "announce", absent: true).Failed(out problem, out var announce)) return problem;
        if ((await DocumentBody.ReadAsync(context.Request, SegmentPolicyReader.Read)).Failed(out problem, out var segments)) return problem;
        var write = await store.PutSegmentsAsync(segments, precondition.Value, announce.Value, cancellation);
        if (write.Status.ToProblem(NotFound()) is { } failed) return failed;
        var (policy, job) = write.Stored!;
        return new VersionedDocument(SegmentPolicyWriter.ToUtf8(policy), policy.Version) { JobId = job };
    }

    private static Problem NotFound() => Problem.NotFound("The segment policy has no such version.");
}
