using HealthApi.Api.Bodies;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Api.Security;
using HealthApi.Api.Serialization;
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

    private static async Task<IResult> GetAsync(HttpContext context, AccountStore accounts, CancellationToken cancellation)
    {
        if (PathIds.Account(context).Failed(out var problem, out var id)) return problem;
        return await ShowAsync(context, id, accounts, cancellation);
    }

    private static async Task<IResult> PutAsync(
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

    private static async Task<IResult> PatchAsync(
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

    private static async Task<IResult> DeleteAsync(HttpContext context, AccountErasure erasure, CancellationToken cancellation)
    {
        if (PathIds.Account(context).Failed(out var problem, out var id)) return problem;
        if (ETags.Precondition(context.Request).Failed(out problem, out var precondition)) return problem;
        return await erasure.EraseAsync(id, precondition.Value, cancellation) switch
        {
            WriteStatus.PreconditionFailed => new Problem(ProblemType.PreconditionFailed),
            WriteStatus.NotFound => AccountProblems.NotFound(id),
            _ => Results.NoContent(),
        };
    }

    private static Account? Patched(Account before, MergePatch patch, SegmentPolicy segments, out Problem? refused)
    {
        if (patch.Apply(AccountDocument.Of(before)).Failed(out refused, out var document)) return null;
        var errors = AccountRules.Check(document, before.Id, segments);
        refused = errors.Count > 0 ? Problem.Invalid(errors) : null;
        return refused is null ? document.ToAccount(before.Id) : null;
    }

    private static async Task<IResult> AnswerAsync(
        HttpContext context, string id, AccountWrite write, AccountStore accounts, CancellationToken cancellation)
    {
        switch (write.Status)
        {
            case WriteStatus.PreconditionFailed: return new Problem(ProblemType.PreconditionFailed);
            case WriteStatus.NotFound: return AccountProblems.NotFound(id);
            case WriteStatus.Created:
                context.Response.Headers.Location = "/v1/accounts/" + Uri.EscapeDataString(id);
                return Show(context, AccountView.Of(write.Stored!), write.Stored!, 201);
            default: return await ShowAsync(context, id, accounts, cancellation);
        }
    }

    private static async Task<IResult> ShowAsync(HttpContext context, string id, AccountStore accounts, CancellationToken cancellation) =>
        await accounts.LoadStateAsync(id, cancellation) is { } found
            ? Show(context, AccountView.Of(found), found.Stored, 200)
            : AccountProblems.NotFound(id);

    private static IResult Show(HttpContext context, object view, StoredAccount stored, int status)
    {
        context.Response.Headers.ETag = ETags.Of(stored.Version);
        return Results.Json(view, Json.Answers, statusCode: status);
    }
}
