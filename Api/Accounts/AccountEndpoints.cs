using HealthApi.Api.Bodies;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Api.Security;
using HealthApi.Core.Accounts;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Erasure;
using HealthApi.Infrastructure.Policies;
using HealthApi.Infrastructure.Security;

namespace HealthApi.Api.Accounts;

/// <summary>Account profiles; scopes <c>read</c> and <c>write</c>.</summary>
internal static class AccountEndpoints
{
    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/accounts").WithTags("Accounts");
        group.MapGet("", AccountListEndpoint.ListAsync).RequireScope(ApiScopes.Read).WithQuery(AccountListEndpoint.Query);
        group.MapGet("/{id}", GetAsync).RequireScope(ApiScopes.Read);
        group.MapPut("/{id}", PutAsync).RequireScope(ApiScopes.Write);
        group.MapPatch("/{id}", PatchAsync).RequireScope(ApiScopes.Write);
        group.MapDelete("/{id}", DeleteAsync).RequireScope(ApiScopes.Write);
        routes.MapPost("/v1/accounts:batch", AccountBatchEndpoint.PostAsync).WithTags("Accounts").RequireScope(ApiScopes.Write);
        group.MapGet("/{id}/export", ExportEndpoint.GetAsync).RequireScope(ApiScopes.Read).Answering(MediaTypes.NdJson)
            .DisableRequestTimeout();
    }

    private static async Task<Results<Ok<AccountView>, Problem>> GetAsync(
        HttpContext context, AccountStore accounts, CancellationToken cancellation)
    {
        if (PathIds.Account(context).Failed(out var problem, out var id)) return problem;
        return await accounts.LoadStateAsync(id, cancellation) is { } found ? Shown(context, found) : AccountProblems.NotFound(id);
    }

    private static async Task<Results<Ok<AccountView>, Created<AccountView>, Problem>> PutAsync(
        HttpContext context, AccountStore accounts, EvaluationPolicies policies, CancellationToken cancellation)
    {
        if (PathIds.Account(context).Failed(out var problem, out var id)) return problem;
        if (ETags.Precondition(context.Request).Failed(out problem, out var precondition)) return problem;
        if ((await RequestJson.ReadAsync<AccountDocument>(context.Request)).Failed(out problem, out var document)) return problem;
        var errors = AccountRules.Check(document, id, (await policies.CurrentAsync(cancellation)).Segments);
        if (errors.Count > 0) return Problem.Invalid(errors);
        return await AnswerAsync(
            context, id, await accounts.WriteAsync(id, precondition.Value, _ => document.ToAccount(id), cancellation), accounts,
            cancellation);
    }

    private static async Task<Results<Ok<AccountView>, Created<AccountView>, Problem>> PatchAsync(
        HttpContext context, AccountStore accounts, EvaluationPolicies policies, CancellationToken cancellation)
    {
        if (PathIds.Account(context).Failed(out var problem, out var id)) return problem;
        if (ETags.Precondition(context.Request).Failed(out problem, out var precondition)) return problem;
        if ((await MergePatch.ReadAsync(context.Request)).Failed(out problem, out var patch)) return problem;
        var segments = (await policies.CurrentAsync(cancellation)).Segments;
        Problem? refused = null;
        var write = await accounts.WriteAsync(
            id, precondition.Value, before => before is null ? null : Patched(before, patch, segments, out refused), cancellation);
        return refused ?? await AnswerAsync(context, id, write, accounts, cancellation);
    }

    private static async Task<Results<NoContent, Problem>> DeleteAsync(
        HttpContext context, AccountErasure erasure, CancellationToken cancellation)
    {
        if (PathIds.Account(context).Failed(out var problem, out var id)) return problem;
        if (ETags.Precondition(context.Request).Failed(out problem, out var precondition)) return problem;
        return (await erasure.EraseAsync(id, precondition.Value, cancellation)).NoContent(AccountProblems.NotFound(id));
    }

    private static Account? Patched(Account before, MergePatch patch, SegmentPolicy segments, out Problem? refused)
    {
        if (patch.Apply(AccountDocument.Of(before)).Failed(out refused, out var document)) return null;
        var errors = AccountRules.Check(document, before.Id, segments);
        refused = errors.Count > 0 ? Problem.Invalid(errors) : null;
        return refused is null ? document.ToAccount(before.Id) : null;
    }

    private static async Task<Results<Ok<AccountView>, Created<AccountView>, Problem>> AnswerAsync(
        HttpContext context, string id, Write<StoredAccount> write, AccountStore accounts, CancellationToken cancellation)
    {
        if (write.Status.ToProblem(AccountProblems.NotFound(id)) is { } problem) return problem;
        if (write.Status == WriteStatus.Created)
        {
            context.Response.Headers.ETag = ETags.Of(write.Stored!.Version);
            return TypedResults.Created("/v1/accounts/" + Uri.EscapeDataString(id), AccountView.Of(write.Stored));
        }

        return await accounts.LoadStateAsync(id, cancellation) is { } found ? Shown(context, found) : AccountProblems.NotFound(id);
    }

    private static Ok<AccountView> Shown(HttpContext context, AccountState found)
    {
        context.Response.Headers.ETag = ETags.Of(found.Stored.Version);
        return TypedResults.Ok(AccountView.Of(found));
    }
}
