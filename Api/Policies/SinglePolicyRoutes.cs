using HealthApi.Api.Bodies;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Api.Security;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Input;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Policies;
using HealthApi.Infrastructure.Security;

namespace HealthApi.Api.Policies;

/// <summary>
/// The routes of a policy of which one document is in force; scopes <c>read</c> and <c>write</c>. A PUT stores a new version and starts a
/// job that evaluates every account with it.
/// </summary>
/// <param name="InForce">The document of an evaluation policy.</param>
/// <param name="Version">The version of a document, from 1.</param>
/// <param name="Read">Reads a posted document.</param>
/// <param name="ToUtf8">Writes a document.</param>
/// <param name="PutAsync">Stores the next version.</param>
/// <param name="NotFound">The problem detail for a version that does not exist.</param>
internal sealed record SinglePolicyRoutes<T>(
    Func<EvaluationPolicy, T> InForce,
    Func<T, int> Version,
    DocumentBody.Reader<T> Read,
    Func<T, byte[]> ToUtf8,
    Func<PolicyStore, T, Precondition, bool, CancellationToken, Task<Write<ActivatedPolicy<T>>>> PutAsync,
    string NotFound)
    where T : class
{
    /// <summary>Finds the names in a posted document that the other documents in force do not have.</summary>
    public Func<T, EvaluationPolicy, IReadOnlyList<FieldError>> Check { get; init; } = static (_, _) => [];

    public void Map(IEndpointRouteBuilder routes, string path)
    {
        var group = routes.MapGroup(path).WithTags("Policies");
        group.MapGet("", GetDocumentAsync).RequireScope(ApiScopes.Read).WithQuery("version");
        group.MapPut("", PutDocumentAsync).RequireScope(ApiScopes.Write).WithQuery("announce");
    }

    private async Task<Results<VersionedDocument, Problem>> GetDocumentAsync(
        HttpContext context, EvaluationPolicies policies, CancellationToken cancellation)
    {
        if (QueryValues.ReadWhole(context.Request, "version", out var version) is { } problem) return problem;
        for (var policy = await policies.FreshAsync(cancellation); policy is not null; policy = policy.Before)
        {
            var document = InForce(policy);
            if (version is null || Version(document) == version) return new VersionedDocument(ToUtf8(document), Version(document));
        }

        return Problem.NotFound(NotFound);
    }

    private async Task<Results<VersionedDocument, Problem>> PutDocumentAsync(
        HttpContext context, PolicyStore store, EvaluationPolicies policies, CancellationToken cancellation)
    {
        if (ETags.Precondition(context.Request).Failed(out var problem, out var precondition)) return problem;
        if (QueryValues.Flag(context.Request, "announce", absent: true).Failed(out problem, out var announce)) return problem;
        if ((await DocumentBody.ReadAsync(context.Request, Read)).Failed(out problem, out var document)) return problem;
        if (Check(document, await policies.FreshAsync(cancellation)) is { Count: > 0 } errors) return Problem.Invalid(errors);
        var write = await PutAsync(store, document, precondition.Value, announce.Value, cancellation);
        if (write.Status.ToProblem(Problem.NotFound(NotFound)) is { } failed) return failed;
        var (stored, job) = write.Stored!;
        return new VersionedDocument(ToUtf8(stored), Version(stored)) { JobId = job };
    }
}
