using HealthApi.Api.Bodies;
using HealthApi.Api.Http;
using HealthApi.Api.Idempotency;
using HealthApi.Api.Problems;
using HealthApi.Api.Security;
using HealthApi.Infrastructure.Inbound;
using HealthApi.Infrastructure.Integrations;
using HealthApi.Infrastructure.Security;

namespace HealthApi.Api.Integrations;

/// <summary>The payloads that an integration could not translate to events, and the dry run of a sample.</summary>
internal static class KeptPayloadEndpoints
{
    private const int MaxSampleBytes = 1024 * 1024;

    /// <summary>Routes under an integration; scope <c>write</c>.</summary>
    public static void MapKeptPayloads(this IEndpointRouteBuilder integrations)
    {
        integrations.MapGet("/{id}/unmapped", UnmappedAsync).RequireScope(ApiScopes.Write).WithQuery("limit", "cursor");
        integrations.MapPost("/{id}/unmapped/{payloadId}/retry", RetryAsync).RequireScope(ApiScopes.Write);
        integrations.MapGet("/{id}/parked", ParkedAsync).RequireScope(ApiScopes.Write).WithQuery("limit", "cursor");
        integrations.MapPost("/{id}/dry-run", DryRunAsync).RequireScope(ApiScopes.Write).WithMetadata(new ChangesNothing());
    }

    private static Task<Results<Ok<Page<KeptPayloadView>>, Problem>> UnmappedAsync(
        HttpRequest request, string id, IntegrationStore integrations, PayloadStore payloads, CancellationToken cancellation) =>
        ListAsync(request, id, PayloadState.Unmapped, integrations, payloads, cancellation);

    private static Task<Results<Ok<Page<KeptPayloadView>>, Problem>> ParkedAsync(
        HttpRequest request, string id, IntegrationStore integrations, PayloadStore payloads, CancellationToken cancellation) =>
        ListAsync(request, id, PayloadState.Parked, integrations, payloads, cancellation);

    private static async Task<Results<Ok<Page<KeptPayloadView>>, Problem>> ListAsync(
        HttpRequest request, string id, string state, IntegrationStore integrations, PayloadStore payloads, CancellationToken cancellation)
    {
        if (PageRequest.Read<PayloadPosition>(request).Failed(out var problem, out var page)) return problem;
        if (await integrations.FindAsync(id, cancellation) is null) return IntegrationEndpoints.NotFound();
        var (found, hasMore) = await payloads.ListAsync(id, state, page.After, page.Limit, cancellation);
        return TypedResults.Ok(
            Page.Of(found, hasMore, KeptPayloadView.Of, payload => new PayloadPosition(payload.ReceivedAt, payload.Id)));
    }

    private static async Task<Results<Ok<RetriedPayloadView>, Problem>> RetryAsync(
        string id, string payloadId, IntegrationStore integrations, UnmappedRetrier unmapped, CancellationToken cancellation)
    {
        if (await integrations.FindAsync(id, cancellation) is not { } integration) return IntegrationEndpoints.NotFound();
        if (await unmapped.RetryAsync(integration, payloadId, cancellation) is not { } retried)
            return Problem.NotFound("The integration has no such unmapped payload.");
        return retried is { IsKept: false, Receipt: { } receipt } && receipt.Accepted + receipt.Parked + receipt.Ignored > 0
            ? TypedResults.Ok(RetriedPayloadView.Of(payloadId, receipt))
            : new Problem(ProblemType.Conflict, "It still cannot be translated; GET …/unmapped shows the reason.");
    }

    private static async Task<Results<Ok<DryRunList>, Problem>> DryRunAsync(
        HttpRequest request, string id, IntegrationStore integrations, InboundIntake intake, CancellationToken cancellation)
    {
        if (MediaTypes.Check(request, MediaTypes.Json).Failed(out var problem, out _)) return problem;
        if ((await RequestBody.ReadAsync(request, MaxSampleBytes)).Failed(out problem, out var body)) return problem;
        using (body)
        {
            if (JsonSyntax.Check(body.Bytes.Span, maxTokens: InboundBody.MaxTokens) is { } malformed) return malformed;
            if (await integrations.FindAsync(id, cancellation) is not { } integration) return IntegrationEndpoints.NotFound();
            return await intake.TryAsync(integration, body.Bytes, cancellation) is { } outcomes
                ? TypedResults.Ok(new DryRunList(outcomes.Select(DryRunView.Of)))
                : InboundBody.TooManyParts();
        }
    }
}
