using System.Text.Json.Nodes;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Api.Security;
using HealthApi.Api.Serialization;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Evaluation.Parking;
using HealthApi.Infrastructure.Security;

namespace HealthApi.Api.Events;

/// <summary>
/// Events that could not be processed, and accounts that are set apart: listed (scope <c>read</c>), tried again or discarded
/// (<c>write</c>).
/// </summary>
internal static class ParkedEndpoints
{
    public static void MapParked(this IEndpointRouteBuilder ingestion)
    {
        ingestion.MapGet("/parked", ListAsync).WithQuery("source", "accountId", "limit", "cursor").RequireScope(ApiScopes.Read);
        ingestion.MapPost("/parked/{id}/retry", RetryAsync).RequireScope(ApiScopes.Write);
        ingestion.MapPost("/parked/{id}/discard", DiscardAsync).RequireScope(ApiScopes.Write);
    }

    private static async Task<IResult> ListAsync(
        HttpRequest request, ParkedEventShelf parked, ParkedAccountShelf accounts, CancellationToken cancellation)
    {
        if (QueryValues.Limit(request).Failed(out var problem, out var limit)) return problem;
        if (Cursors.TryDecode<ParkedPosition>(request, out var after) is { } forged) return forged;
        var (source, accountId) = (ConflictEndpoint.Text(request, "source"), ConflictEndpoint.Text(request, "accountId"));
        var events = await parked.ListAsync(source, accountId, after, limit.Value + 1, cancellation);
        var apart = source is null ? await accounts.ListAsync(accountId, after, limit.Value + 1, cancellation) : [];
        var found = events.Select(Entry).Concat(apart.Select(Entry)).OrderByDescending(entry => entry.At.ParkedAt).Take(limit.Value + 1)
            .ToList();
        var page = found.Take(limit.Value).ToList();
        var next = found.Count > limit.Value ? Cursors.Encode(page[^1].At) : null;
        return Results.Json(new { data = page.Select(entry => entry.View), nextCursor = next }, Json.Answers);
    }

    private static async Task<IResult> RetryAsync(
        string id, ParkedEventShelf parked, ParkedAccountShelf accounts, CancellationToken cancellation)
    {
        var result = ParkedAccountShelf.AccountOf(id) is { } accountId ? await accounts.RetryAsync(accountId, cancellation)
            : await parked.RetryAsync(id, cancellation);
        return result switch
        {
            RetryResult.NotFound => NotFound(),
            RetryResult.StillParked => new Problem(ProblemType.Conflict, "It still cannot be processed, and stays parked."),
            _ => Results.Json(new { id, result }, Json.Answers),
        };
    }

    private static async Task<IResult> DiscardAsync(
        string id, ParkedEventShelf parked, ParkedAccountShelf accounts, CancellationToken cancellation)
    {
        if (ParkedAccountShelf.AccountOf(id) is { } accountId && await accounts.HasAsync(accountId, cancellation))
            return new Problem(
                ProblemType.Conflict, $"An account is not discarded: retry it, or erase it with DELETE /v1/accounts/{accountId}.");
        return await parked.DiscardAsync(id, cancellation) ? Results.NoContent() : NotFound();
    }

    private static Problem NotFound() => Problem.NotFound("Nothing of this id is parked.");

    private static (ParkedPosition At, object View) Entry(ParkedEvent parked)
    {
        var @event = parked.Envelope() is { } envelope ? Show(envelope) : null;
        var accountId = parked.AccountId.Length > 0 ? parked.AccountId : null;
        return (
            new ParkedPosition(parked.ParkedAt, parked.Id),
            new { parked.Id, kind = "event", accountId, parked.ParkedAt, parked.Error, bytes = parked.Payload.Length, @event });
    }

    private static (ParkedPosition At, object View) Entry(ParkedAccount apart)
    {
        var id = ParkedAccountShelf.IdOf(apart.AccountId);
        return (
            new ParkedPosition(apart.ParkedAt, id),
            new { id, kind = "account", apart.AccountId, apart.ParkedAt, apart.Error, apart.Bytes, @event = (object?)null });
    }

    private static object Show(EventEnvelope envelope) => new
    {
        envelope.Source,
        envelope.Id,
        type = envelope.Type.Name(),
        envelope.AccountId,
        envelope.OccurredAt,
        envelope.ReceivedAt,
        data = JsonNode.Parse(envelope.Data.Span),
    };
}
