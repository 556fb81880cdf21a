using HealthApi.Api.Accounts;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Infrastructure.Accounts;

namespace HealthApi.Api.Explaining;

/// <summary><c>GET …/timeline</c>: what happened to an account, newest first.</summary>
internal static class TimelineEndpoint
{
    public static readonly string[] Query = ["kinds", "limit", "cursor"];

    public static async Task<Results<Ok<Page<TimelineView>>, Problem>> GetAsync(
        HttpContext context, AccountStore accounts, TimelineStore timeline, CancellationToken cancellation)
    {
        if (PathIds.Account(context).Failed(out var problem, out var id)) return problem;
        if (PageRequest.Read<TimelineCursor>(context.Request).Failed(out problem, out var page)) return problem;
        if (Kinds(context.Request).Failed(out problem, out var kinds)) return problem;
        if (await accounts.FindAsync(id, cancellation) is null) return AccountProblems.NotFound(id);
        var found = await timeline.ReadAsync(id, kinds, page.After, page.RowsToRead, cancellation);
        return TypedResults.Ok(
            page.ToPage(found, TimelineView.Of, entry => new TimelineCursor(entry.At, entry.Kind, entry.Position)));
    }

    private static Outcome<string[]> Kinds(HttpRequest request)
    {
        if (QueryValues.ReadWords(request, "kinds", "a kind", TimelineStore.Kinds, out var wanted) is { } unknown) return unknown;
        return (string[])[.. wanted ?? TimelineStore.Kinds];
    }
}
