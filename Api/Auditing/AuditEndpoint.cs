using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Api.Security;
using HealthApi.Api.Serialization;
using HealthApi.Core.Input;
using HealthApi.Infrastructure.Auditing;
using HealthApi.Infrastructure.Security;

namespace HealthApi.Api.Auditing;

/// <summary>The audit trail: who changed what, when, from what to what; scope <c>admin</c>.</summary>
internal static class AuditEndpoint
{
    public static void MapAudit(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/audit", ListAsync).WithTags("Audit").RequireScope(ApiScopes.Admin)
        .WithQuery("kind", "actor", "subject", "from", "to", "limit", "cursor");

    private static async Task<IResult> ListAsync(HttpRequest request, AuditReader audit, CancellationToken cancellation)
    {
        if (QueryValues.Limit(request).Failed(out var problem, out var limit)) return problem;
        if (Filter(request).Failed(out problem, out var filter)) return problem;
        if (Cursors.TryDecode<AuditPosition>(request, out var after) is { } forged) return forged;
        var found = await audit.ListAsync(filter, after, limit.Value + 1, cancellation);
        var page = found.Take(limit.Value).ToList();
        var next = found.Count > limit.Value ? Cursors.Encode(page[^1].Position) : null;
        return Results.Json(new { data = page.Select(Show), nextCursor = next }, Json.Answers);
    }

    private static Outcome<AuditFilter> Filter(HttpRequest request)
    {
        if (QueryValues.TryTime(request, "from", out var from) is { } badFrom) return badFrom;
        if (QueryValues.TryTime(request, "to", out var to) is { } badTo) return badTo;
        var kinds = Text("kind")?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return kinds?.FirstOrDefault(kind => !AuditKinds.All.Contains(kind)) is { } unknown
            ? Problem.Invalid("?kind", ErrorCodes.Unknown, $"There is no kind '{unknown}': {string.Join(", ", AuditKinds.All)}.")
            : new AuditFilter(kinds, Text("actor"), Text("subject"), from, to);

        string? Text(string name) => request.Query[name].ToString() is { Length: > 0 } text ? text : null;
    }

    private static object Show(AuditEntry entry) => new
    {
        entry.Id,
        entry.At,
        entry.Kind,
        entry.Action,
        entry.Subject,
        entry.Actor,
        entry.Before,
        entry.After,
        entry.Erased,
    };
}
