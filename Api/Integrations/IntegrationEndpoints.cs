using HealthApi.Api.Bodies;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Api.Security;
using HealthApi.Core.Input;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Integrations;
using HealthApi.Infrastructure.Security;

namespace HealthApi.Api.Integrations;

/// <summary>
/// Integrations, the sources of inbound webhooks; scope <c>read</c> to see them, <c>write</c> for everything else, including the payloads
/// of customers.
/// </summary>
internal static class IntegrationEndpoints
{
    public static void MapIntegrations(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/integrations").WithTags("Integrations");
        group.MapGet("", ListAsync).RequireScope(ApiScopes.Read).WithQuery("limit", "cursor");
        group.MapPost("", CreateAsync).RequireScope(ApiScopes.Write);
        group.MapGet("/{id}", GetAsync).RequireScope(ApiScopes.Read);
        group.MapPatch("/{id}", PatchAsync).RequireScope(ApiScopes.Write);
        group.MapDelete("/{id}", DeleteAsync).RequireScope(ApiScopes.Write);
        group.MapPost("/{id}/rotate-secret", RotateAsync).RequireScope(ApiScopes.Write);
        group.MapGet("/{id}/refusals", RefusalsAsync).RequireScope(ApiScopes.Read);
        group.MapKeptPayloads();
        routes.MapInbound();
    }

    public static Problem NotFound() => Problem.NotFound("There is no such integration.");

    private static async Task<Results<Ok<Page<IntegrationView>>, Problem>> ListAsync(
        HttpRequest request, IntegrationStore integrations, Refusals refusals, CancellationToken cancellation)
    {
        if (PageRequest.Read<IntegrationCursor>(request).Failed(out var problem, out var page)) return problem;
        var found = await integrations.ListAsync(page.After?.After, page.RowsToRead, cancellation);
        var refused = await refusals.CountsAsync([.. found.Select(integration => integration.Id)], cancellation);
        return TypedResults.Ok(page.ToPage(
            found,
            integration => IntegrationView.Of(integration, refused[integration.Id]),
            integration => new IntegrationCursor(integration.Id)));
    }

    private static async Task<Results<Created<CreatedIntegrationView>, Problem>> CreateAsync(
        HttpRequest request, IntegrationStore integrations, CancellationToken cancellation)
    {
        if ((await RequestJson.ReadAsync<NewIntegration>(request)).Failed(out var problem, out var body)) return problem;
        FieldError?[] errors = [IntegrationRules.Secret(body.Secret), .. IntegrationRules.Check(body, body.Vendor)];
        if (errors.Any(error => error is not null)) return Problem.Invalid([.. errors.OfType<FieldError>()]);
        var made = body.Secret is null && !IntegrationRules.VendorMakesSecret(body.Vendor) ? IntegrationSecrets.Generate() : null;
        try
        {
            var integration = await integrations.CreateAsync(body.ToSettings(body.Vendor), body.Secret ?? made, cancellation);
            return TypedResults.Created(
                "/v1/integrations/" + integration.Id, new CreatedIntegrationView(IntegrationView.Of(integration, []), made));
        }
        catch (WriteKeyTakenException taken)
        {
            return new Problem(ProblemType.Conflict, taken.Message);
        }
    }

    private static async Task<Results<Ok<IntegrationView>, Problem>> GetAsync(
        string id, IntegrationStore integrations, Refusals refusals, CancellationToken cancellation)
    {
        if (await integrations.FindAsync(id, cancellation) is not { } integration) return NotFound();
        return TypedResults.Ok(IntegrationView.Of(integration, (await refusals.CountsAsync([id], cancellation))[id]));
    }

    private static async Task<Results<Ok<Page<RefusalView>>, Problem>> RefusalsAsync(
        string id, IntegrationStore integrations, Refusals refusals, CancellationToken cancellation)
    {
        if (await integrations.FindAsync(id, cancellation) is null) return NotFound();
        return TypedResults.Ok(Page.Whole((await refusals.ListAsync(id, cancellation)).Select(RefusalView.Of)));
    }

    private static async Task<Results<Ok<IntegrationView>, Problem>> PatchAsync(
        HttpRequest request, string id, IntegrationStore integrations, ClaimSignal claims, Refusals refusals,
        CancellationToken cancellation)
    {
        if ((await MergePatch.ReadAsync(request)).Failed(out var problem, out var patch)) return problem;
        if (await integrations.FindAsync(id, cancellation) is not { } integration) return NotFound();
        if (patch.Apply(IntegrationDocument.Of(integration.Settings)).Failed(out problem, out var body)) return problem;
        var errors = IntegrationRules.Check(body, integration.Settings.Vendor);
        if (errors.Count > 0) return Problem.Invalid(errors);
        var status = await integrations.UpdateAsync(integration, body.ToSettings(integration.Settings.Vendor), cancellation);
        if (status.ToProblem(NotFound()) is { } failed) return failed;
        claims.Set();
        return await GetAsync(id, integrations, refusals, cancellation);
    }

    private static async Task<Results<NoContent, Problem>> DeleteAsync(
        string id, IntegrationStore integrations, CancellationToken cancellation) =>
        (await integrations.DeleteAsync(id, cancellation)).NoContent(NotFound());

    private static async Task<Results<Ok<RotatedIntegrationSecretView>, Problem>> RotateAsync(
        HttpRequest request, string id, IntegrationStore integrations, CancellationToken cancellation)
    {
        var given = new RotateRequest();
        if (HasBody(request) && (await RequestJson.ReadAsync<RotateRequest>(request)).Failed(out var problem, out given)) return problem;
        if (IntegrationRules.Secret(given.Secret) is { } error) return Problem.Invalid(error);
        if (await integrations.FindAsync(id, cancellation) is not { } integration) return NotFound();
        if (given.Secret is null && IntegrationRules.VendorMakesSecret(integration.Settings.Vendor))
            return Problem.Invalid("/secret", ErrorCodes.Required, "This vendor makes the secret itself; give that secret here.");
        var made = given.Secret is null ? IntegrationSecrets.Generate() : null;
        try
        {
            return await integrations.RotateAsync(id, given.Secret ?? made!, cancellation) is { } rotated
                ? TypedResults.Ok(new RotatedIntegrationSecretView(made, rotated.PreviousExpiresAt))
                : NotFound();
        }
        catch (WriteKeyTakenException taken)
        {
            return new Problem(ProblemType.Conflict, taken.Message);
        }
    }

    private static bool HasBody(HttpRequest request) =>
        request.ContentLength > 0 || request.ContentType is not null || request.Headers.TransferEncoding.Count > 0;

    private sealed record IntegrationCursor(string After);
}
