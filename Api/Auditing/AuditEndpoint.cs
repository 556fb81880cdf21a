using System.Text.Json;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Api.Security;
using HealthApi.Core.Input;
using HealthApi.Infrastructure.Auditing;
using HealthApi.Infrastructure.Security;

namespace HealthApi.Api.Auditing;

/// <summary>The audit trail: who changed what and when, with the values before and after; scope <c>admin</c>.</summary>
internal static class AuditEndpoint
{
    public static void MapAudit(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/audit", ListAsync).WithTags("Audit").RequireScope(ApiScopes.Admin)
        .WithQuery("kind", "actor", "subject", "from", "to", "limit", "cursor");

    private static async Task<Results<Ok<Page<AuditEntryView>>, Problem>> ListAsync(
        HttpRequest request, AuditReader audit, CancellationToken cancellation)
    {
        if (PageRequest.Read<AuditPosition>(request).Failed(out var problem, out var page)) return problem;
        if (Filter(request).Failed(out problem, out var filter)) return problem;
        var found = await audit.ListAsync(filter, page.After, page.RowsToRead, cancellation);
        return TypedResults.Ok(page.ToPage(found, AuditEntryView.Of, entry => entry.Position));
    }

    private static Outcome<AuditFilter> Filter(HttpRequest request)
    {
        if (QueryValues.ReadTime(request, "from", out var from) is { } badFrom) return badFrom;
        if (QueryValues.ReadTime(request, "to", out var to) is { } badTo) return badTo;
        var kinds = QueryValues.Text(request, "kind")?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return kinds?.FirstOrDefault(kind => !AuditKinds.All.Contains(kind)) is { } unknown
            ? Problem.Invalid(UnknownWord.Error("?kind", unknown, "a kind of audit entry", AuditKinds.All))
            : new AuditFilter(kinds, QueryValues.Text(request, "actor"), QueryValues.Text(request, "subject"), from, to);
    }
}

/// <summary>An entry of the audit trail as answers show it.</summary>
internal sealed record AuditEntryView(
    string Id, DateTimeOffset At, string Kind, string Action, string Subject, Actor Actor, JsonElement? Before, JsonElement? After,
    bool Erased)
{
    public static AuditEntryView Of(AuditEntry entry) => new(
        entry.Id, entry.At, entry.Kind, entry.Action, entry.Subject, entry.Actor, entry.Before, entry.After, entry.Erased);
}
