using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Api.Security;
using HealthApi.Core.Input;
using HealthApi.Infrastructure.Alerts;
using HealthApi.Infrastructure.Policies;
using HealthApi.Infrastructure.Security;

namespace HealthApi.Api.Alerts;

/// <summary>Alerts: open concerns about accounts; scopes <c>read</c>, and <c>write</c> to act on them.</summary>
internal static class AlertEndpoints
{
    public static void MapAlerts(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/alerts").WithTags("Alerts");
        group.MapGet("", ListAsync).RequireScope(ApiScopes.Read).WithQuery([.. AlertQuery.Names, "sort", "limit", "cursor"]);
        group.MapGet("/stats", AlertStatsEndpoint.GetAsync).RequireScope(ApiScopes.Read).WithQuery("from", "to");
        group.MapGet("/{id}", GetAsync).RequireScope(ApiScopes.Read);
        group.MapAlertActions();
    }

    private static async Task<Results<Ok<Page<AlertView>>, Problem>> ListAsync(
        HttpRequest request, AlertListing listing, EvaluationPolicies policies, CancellationToken cancellation)
    {
        if ((await AlertQuery.ReadAsync(request, policies, cancellation)).Failed(out var problem, out var filter)) return problem;
        if (PageRequest.Read<AlertPosition>(request).Failed(out problem, out var page)) return problem;
        var sort = QueryValues.Text(request, "sort") ?? AlertListing.DefaultSort;
        if (!AlertListing.SortNames.Contains(sort))
            return Problem.Invalid(UnknownWord.Error("?sort", sort, "a sort", AlertListing.SortNames));
        if (page.After is { } after && after.Sort != sort)
            return new Problem(ProblemType.InvalidCursor, "The cursor was issued for another sort.");
        if (page.After is not null && !AlertListing.IsPosition(page.After)) return new Problem(ProblemType.InvalidCursor);
        var found = await listing.ListAsync(filter, sort, page.After, page.RowsToRead, cancellation);
        return TypedResults.Ok(page.ToPage(found, AlertView.Of, alert => AlertListing.PositionOf(sort, alert)));
    }

    private static async Task<Results<Ok<AlertDetailsView>, Problem>> GetAsync(
        string id, AlertReader alerts, CancellationToken cancellation) =>
        await alerts.FindAsync(id, cancellation) is { } found ? TypedResults.Ok(AlertDetailsView.Of(found)) : NotFound();

    internal static Problem NotFound() => Problem.NotFound("There is no such alert.");
}
