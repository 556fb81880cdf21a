using HealthApi.Api.Bodies;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Api.Security;
using HealthApi.Api.Serialization;
using HealthApi.Core.Input;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Integrations;
using HealthApi.Infrastructure.Security;

namespace HealthApi.Api.Integrations;

/// <summary>
/// Sources of inbound webhooks; scope <c>read</c> to see them, <c>write</c> for the rest, payloads of customers included.
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

    private static async Task<IResult> ListAsync(
        HttpRequest request, IntegrationStore integrations, Refusals refusals, CancellationToken cancellation)
    {
        if (QueryValues.Limit(request).Failed(out var problem, out var limit)) return problem;
        if (Cursors.TryDecode<IntegrationCursor>(request, out var after) is { } forged) return forged;
        var found = await integrations.ListAsync(after?.After, limit.Value + 1, cancellation);
        var page = found.Take(limit.Value).ToList();
        var next = found.Count > limit.Value ? Cursors.Encode(new IntegrationCursor(page[^1].Id)) : null;
        var refused = await refusals.CountsAsync([.. page.Select(integration => integration.Id)], cancellation);
        return Results.Json(
            new { data = page.Select(integration => IntegrationView.Of(integration, refused[integration.Id])), nextCursor = next },
            Json.Answers);
    }

    private static async Task<IResult> CreateAsync(HttpContext context, IntegrationStore integrations, CancellationToken cancellation)
    {
        if ((await RequestJson.ReadAsync<NewIntegration>(context.Request)).Failed(out var problem, out var body)) return problem;
        FieldError?[] errors = [IntegrationRules.Secret(body.Secret), .. IntegrationRules.Check(body, body.Vendor)];
        if (errors.Any(error => error is not null)) return Problem.Invalid([.. errors.OfType<FieldError>()]);
        var made = body.Secret is null && !IntegrationRules.VendorMakesSecret(body.Vendor) ? IntegrationSecrets.Generate() : null;
        try
        {
            var integration = await integrations.CreateAsync(body.ToSettings(body.Vendor), body.Secret ?? made, cancellation);
            context.Response.Headers.Location = "/v1/integrations/" + integration.Id;
            return Results.Json(new CreatedIntegrationView(IntegrationView.Of(integration, []), made), Json.Answers, statusCode: 201);
        }
        catch (WriteKeyTakenException taken)
        {
            return new Problem(ProblemType.Conflict, taken.Message);
        }
    }

    private static async Task<IResult> GetAsync(string id, IntegrationStore integrations, Refusals refusals, CancellationToken cancellation)
    {
        if (await integrations.FindAsync(id, cancellation) is not { } integration) return NotFound();
        return Results.Json(IntegrationView.Of(integration, (await refusals.CountsAsync([id], cancellation))[id]), Json.Answers);
    }

    private static async Task<IResult> RefusalsAsync(
        string id, IntegrationStore integrations, Refusals refusals, CancellationToken cancellation)
    {
        if (await integrations.FindAsync(id, cancellation) is null) return NotFound();
        return Results.Json(
            new { data = (await refusals.ListAsync(id, cancellation)).Select(RefusalView.Of), nextCursor = (string?)null }, Json.Answers);
    }

    private static async Task<IResult> PatchAsync(
        HttpRequest request, string id, IntegrationStore integrations, ClaimSignal claims, Refusals refusals,
        CancellationToken cancellation)
    {
        if ((await MergePatch.ReadAsync(request)).Failed(out var problem, out var patch)) return problem;
        if (await integrations.FindAsync(id, cancellation) is not { } integration) return NotFound();
        if (patch.Apply(IntegrationDocument.Of(integration.Settings)).Failed(out problem, out var body)) return problem;
        var errors = IntegrationRules.Check(body, integration.Settings.Vendor);
        if (errors.Count > 0) return Problem.Invalid(errors);
        if (!await integrations.UpdateAsync(integration, body.ToSettings(integration.Settings.Vendor), cancellation))
            return new Problem(ProblemType.Conflict, "The integration was changed by another request; send the patch again.");
        claims.Set();
        return await GetAsync(id, integrations, refusals, cancellation);
    }

    private static async Task<IResult> DeleteAsync(string id, IntegrationStore integrations, CancellationToken cancellation) =>
        await integrations.DeleteAsync(id, cancellation) ? Results.NoContent() : NotFound();

    private static async Task<IResult> RotateAsync(
        HttpRequest request, string id, IntegrationStore integrations, CancellationToken cancellation)
    {
        var given = new RotateRequest();
        if (HasBody(request) && (await RequestJson.ReadAsync<RotateRequest>(request)).Failed(out var problem, out given)) return problem;
        if (IntegrationRules.Secret(given.Secret) is { } error) return Problem.Invalid(error);
        if (await integrations.FindAsync(id, cancellation) is not { } integration) return NotFound();
        if (given.Secret is null && IntegrationRules.VendorMakesSecret(integration.Settings.Vendor))
            return Problem.Invalid("/secret", ErrorCodes.Required, "This vendor makes the secret; give it here.");
        var made = given.Secret is null ? IntegrationSecrets.Generate() : null;
        try
        {
            return await integrations.RotateAsync(id, given.Secret ?? made!, cancellation) is { } rotated
                ? Results.Json(new { secret = made, rotated.PreviousExpiresAt }, Json.Answers)
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
