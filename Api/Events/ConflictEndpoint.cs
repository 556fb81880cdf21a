using System.Text.Json.Nodes;
using HealthApi.Api.Http;
using HealthApi.Api.Serialization;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Events;

namespace HealthApi.Api.Events;

/// <summary><c>GET /v1/ingestion/conflicts</c>: same source and id, another content; both versions, the newest conflict first.</summary>
internal static class ConflictEndpoint
{
    public static readonly string[] Query = ["source", "accountId", "limit", "cursor"];

    public static async Task<IResult> ListAsync(HttpRequest request, ConflictStore conflicts, CancellationToken cancellation)
    {
        if (QueryValues.Limit(request).Failed(out var problem, out var limit)) return problem;
        if (Cursors.TryDecode<ConflictCursor>(request, out var after) is { } forged) return forged;
        var found =
            await conflicts.ListAsync(Text(request, "source"), Text(request, "accountId"), after?.Before, limit.Value + 1, cancellation);
        var page = found.Take(limit.Value).ToList();
        var next = found.Count > limit.Value ? Cursors.Encode(new ConflictCursor(page[^1].Position)) : null;
        return Results.Json(new { data = page.Select(Show), nextCursor = next }, Json.Answers);
    }

    public static string? Text(HttpRequest request, string name) => request.Query[name].ToString() is { Length: > 0 } text ? text : null;

    private static object Show(EventConflict conflict) =>
        new { conflict.Source, conflict.Id, kept = conflict.Kept is { } kept ? Show(kept) : null, refused = Show(conflict.Refused) };

    private static object Show(EventVersion version) =>
        new { type = version.Type.Name(), version.AccountId, version.OccurredAt, version.ReceivedAt, data = JsonNode.Parse(version.Data) };

    private sealed record ConflictCursor(long Before);
}
