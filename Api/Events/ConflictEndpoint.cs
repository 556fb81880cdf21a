using System.Text.Json.Nodes;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Events;

namespace HealthApi.Api.Events;

/// <summary>
/// <c>GET /v1/ingestion/conflicts</c>: events with the source and id of a stored event and other content, in both versions, the newest
/// conflict first.
/// </summary>
internal static class ConflictEndpoint
{
    public static readonly string[] Query = ["source", "accountId", "limit", "cursor"];

    public static async Task<Results<Ok<Page<ConflictView>>, Problem>> ListAsync(
        HttpRequest request, ConflictStore conflicts, CancellationToken cancellation)
    {
        if (PageRequest.Read<ConflictCursor>(request).Failed(out var problem, out var page)) return problem;
        var found = await conflicts.ListAsync(
            QueryValues.Text(request, "source"), QueryValues.Text(request, "accountId"), page.After?.Before, page.RowsToRead, cancellation);
        return TypedResults.Ok(page.ToPage(found, ConflictView.Of, conflict => new ConflictCursor(conflict.Position)));
    }

    private sealed record ConflictCursor(long Before);
}

/// <summary>The two versions of an event; <see cref="Kept"/> is null if the event log no longer contains it.</summary>
internal sealed record ConflictView(string Source, string Id, EventVersionView? Kept, EventVersionView Refused)
{
    public static ConflictView Of(EventConflict conflict) => new(
        conflict.Source, conflict.Id, conflict.Kept is { } kept ? EventVersionView.Of(kept) : null, EventVersionView.Of(conflict.Refused));
}

/// <summary>One version of an event.</summary>
internal sealed record EventVersionView(string Type, string AccountId, DateTimeOffset OccurredAt, DateTimeOffset ReceivedAt, JsonNode? Data)
{
    public static EventVersionView Of(EventVersion version) =>
        new(version.Type.Name(), version.AccountId, version.OccurredAt, version.ReceivedAt, JsonNode.Parse(version.Data));
}
