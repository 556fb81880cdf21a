using HealthApi.Api.Accounts;
using HealthApi.Api.Bodies;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Core.Input;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Evaluation;

namespace HealthApi.Api.Explaining;

/// <summary>
/// <c>PUT</c> and <c>DELETE …/override</c>: the health that an owner states for an account in place of the one derived from its data.
/// </summary>
internal static class OverrideEndpoint
{
    public static async Task<Results<Ok<OverrideView>, Created<OverrideView>, Problem>> PutAsync(
        HttpContext context, OverrideStore overrides, TimeProvider time, CancellationToken cancellation)
    {
        if (PathIds.Account(context).Failed(out var problem, out var id)) return problem;
        if ((await RequestJson.ReadAsync<OverrideDocument>(context.Request)).Failed(out problem, out var document)) return problem;
        var errors = document.Check(time.GetUtcNow());
        if (errors.Count > 0) return Problem.Invalid(errors);
        var write = await overrides.SetAsync(id, document.ToOverride(context.Key().Name), cancellation);
        return write.Status switch
        {
            WriteStatus.Created => TypedResults.Created((string?)null, OverrideView.Of(write.Stored!)),
            WriteStatus.Updated => TypedResults.Ok(OverrideView.Of(write.Stored!)),
            WriteStatus.AccountParked => AccountProblems.Parked(id),
            WriteStatus.Invalid => Problem.Invalid("/category", ErrorCodes.Unknown, "The account's model has no such category."),
            _ => AccountProblems.NotFound(id),
        };
    }

    public static async Task<Results<NoContent, Problem>> DeleteAsync(
        HttpContext context, OverrideStore overrides, CancellationToken cancellation)
    {
        if (PathIds.Account(context).Failed(out var problem, out var id)) return problem;
        return (await overrides.EndAsync(id, context.Key().Name, cancellation)).Status switch
        {
            WriteStatus.NoAccount => AccountProblems.NotFound(id),
            WriteStatus.AccountParked => AccountProblems.Parked(id),
            var status => status.NoContent(Problem.NotFound($"No override holds for the account '{id}'.")),
        };
    }
}
