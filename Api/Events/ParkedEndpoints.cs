using System.Text.Json.Nodes;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Processing;

namespace HealthApi.Api.Events;

/// <summary>Events that could not be processed: listed, tried again, let go.</summary>
internal static class ParkedEndpoints
{
    public static void MapParked(this IEndpointRouteBuilder ingestion)
    {
        ingestion.MapGet("/parked", ListAsync).WithQuery("source", "accountId", "limit", "cursor");
        ingestion.MapPost("/parked/{id}/retry", RetryAsync);
        ingestion.MapPost("/parked/{id}/discard", DiscardAsync);
    }

    private static async Task<IResult> ListAsync(HttpRequest request, ParkedEventShelf parked, CancellationToken cancellation)
    {
        if (QueryValues.Limit(request).Failed(out var problem, out var limit)) return problem;
        if (Cursors.TryDecode<ParkedPosition>(request, out var after) is { } forged) return forged;
        var (source, accountId) = (ConflictEndpoint.Text(request, "source"), ConflictEndpoint.Text(request, "accountId"));
        var found = await parked.ListAsync(source, accountId, after, limit.Value + 1, cancellation);
        var page = found.Take(limit.Value).ToList();
        var next = found.Count > limit.Value ? Cursors.Encode(new ParkedPosition(page[^1].ParkedAt, page[^1].Id)) : null;
        return Results.Json(new { data = page.Select(Show), nextCursor = next }, Json.Answers);
    }

    private static async Task<IResult> RetryAsync(string id, ParkedEventShelf parked, CancellationToken cancellation) => await parked.RetryAsync(id, cancellation) switch
    {
        RetryResult.NotFound => NotFound(),
        RetryResult.StillParked => new Problem(ProblemType.Conflict, "It still cannot be processed, and stays parked."),
        var result => Results.Json(new { id, result }, Json.Answers),
    };

    private static async Task<IResult> DiscardAsync(string id, ParkedEventShelf parked, CancellationToken cancellation) =>
        await parked.DiscardAsync(id, cancellation) ? Results.NoContent() : NotFound();

    private static Problem NotFound() => Problem.NotFound("There is no such parked event.");

    private static object Show(ParkedEvent parked) =>
        new { parked.Id, parked.ParkedAt, parked.Error, bytes = parked.Payload.Length, @event = parked.Envelope() is { } envelope ? Show(envelope) : null };

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
