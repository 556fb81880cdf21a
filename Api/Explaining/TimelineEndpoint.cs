using System.Text.Json.Nodes;
using HealthApi.Api.Accounts;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Api.Serialization;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Evaluation;
using HealthApi.Infrastructure.Evaluation.Writing;

namespace HealthApi.Api.Explaining;

/// <summary><c>GET …/timeline</c>: what happened to an account, newest first.</summary>
internal static class TimelineEndpoint
{
    public static readonly string[] Query = ["kinds", "limit", "cursor"];

    public static async Task<IResult> GetAsync(
        HttpContext context, AccountStore accounts, TimelineStore timeline, CancellationToken cancellation)
    {
        if (PathIds.Account(context).Failed(out var problem, out var id)) return problem;
        if (QueryValues.Limit(context.Request).Failed(out problem, out var limit)) return problem;
        if (Kinds(context.Request).Failed(out problem, out var kinds)) return problem;
        if (Cursors.TryDecode<TimelineCursor>(context.Request, out var after) is { } forged) return forged;
        if (await accounts.FindAsync(id, cancellation) is null) return AccountProblems.NotFound(id);
        var found = await timeline.ReadAsync(id, kinds, after, limit.Value + 1, cancellation);
        var page = found.Take(limit.Value).ToList();
        var next = found.Count > limit.Value ? Cursors.Encode(new TimelineCursor(page[^1].At, page[^1].Kind, page[^1].Position)) : null;
        return Results.Json(new { data = page.Select(Show), nextCursor = next }, Json.Answers);
    }

    private static Outcome<string[]> Kinds(HttpRequest request)
    {
        if (QueryValues.TryWords(request, "kinds", "a kind", TimelineStore.Kinds, out var wanted) is { } unknown) return unknown;
        return (string[])[.. wanted ?? TimelineStore.Kinds];
    }

    private static object Show(TimelineEntry entry) => entry.Kind switch
    {
        "crossing" => new
        {
            entry.Kind,
            entry.At,
            entry.Id,
            type = entry.Type + ".threshold_crossed",
            data = (JsonNode)CrossingMessage.Describe(CrossingJson.FromStored(entry.Body))
        },
        "delivery" => new { entry.Kind, entry.At, entry.Id, entry.Type, subscriptionId = entry.Source, status = entry.Body },
        "override" => new
        {
            entry.Kind,
            entry.At,
            entry.Id,
            entry.Type,
            by = entry.Source,
            data = OverrideView.Of(OverrideStore.FromTimeline(entry.Body))
        },
        _ => new { entry.Kind, entry.At, entry.Id, entry.Type, entry.Source, data = JsonNode.Parse(entry.Body) },
    };
}
