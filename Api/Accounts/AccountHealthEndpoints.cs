using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Api.Security;
using HealthApi.Core;
using HealthApi.Core.Scoring;
using HealthApi.Core.Validation;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.Processing;
using HealthApi.Infrastructure.Scoring;
using HealthApi.Infrastructure.Security;
using Microsoft.Extensions.Options;

namespace HealthApi.Api.Accounts;

/// <summary>How an account stands: health, history, churn risk, signals and timeline; scope <c>read</c>. Figures are as of the moment of asking.</summary>
internal static class AccountHealthEndpoints
{
    private const int MaxHistoryDays = 4_000;

    public static void MapAccountHealth(this RouteGroupBuilder accounts)
    {
        accounts.MapGet("/{id}/health", HealthAsync).RequireScope(ApiScopes.Read).WithQuery("at");
        accounts.MapGet("/{id}/health/history", HistoryAsync).RequireScope(ApiScopes.Read).WithQuery("from", "to", "interval");
        accounts.MapGet("/{id}/churn-risk", ChurnRiskAsync).RequireScope(ApiScopes.Read);
        accounts.MapGet("/{id}/signals", SignalsAsync).RequireScope(ApiScopes.Read);
        accounts.MapGet("/{id}/timeline", TimelineEndpoint.GetAsync).RequireScope(ApiScopes.Read).WithQuery(TimelineEndpoint.Query);
    }

    private static async Task<IResult> HealthAsync(HttpContext context, StandingReader standings, TimeProvider time, IOptions<RetentionOptions> retention, CancellationToken cancellation)
    {
        if (PathIds.Account(context).Failed(out var problem, out var id)) return problem;
        if (QueryValues.TryTime(context.Request, "at", out var at) is { } badTime) return badTime;
        if (at > time.GetUtcNow()) return Problem.Invalid("?at", ErrorCodes.OutOfRange, "Must not be in the future.");
        if (at < time.GetUtcNow() - retention.Value.EventsSpan) return Problem.Invalid("?at", ErrorCodes.OutOfRange, "Older than the retention of events.");
        return await standings.ReadAsync(id, at, cancellation) is { } standing ? Results.Json(HealthView.Of(standing), Json.Answers) : AccountProblems.NotFound(id);
    }

    private static async Task<IResult> ChurnRiskAsync(HttpContext context, StandingReader standings, CancellationToken cancellation)
    {
        if (PathIds.Account(context).Failed(out var problem, out var id)) return problem;
        return await standings.ReadAsync(id, null, cancellation) is { } standing ? Results.Json(ChurnRiskView.Of(standing), Json.Answers) : AccountProblems.NotFound(id);
    }

    private static async Task<IResult> SignalsAsync(HttpContext context, StandingReader standings, CancellationToken cancellation)
    {
        if (PathIds.Account(context).Failed(out var problem, out var id)) return problem;
        return await standings.ReadAsync(id, null, cancellation) is { } standing ? Results.Json(SignalsView.Of(standing.Now), Json.Answers) : AccountProblems.NotFound(id);
    }

    private static async Task<IResult> HistoryAsync(HttpContext context, StandingReader standings, TimeProvider time, CancellationToken cancellation)
    {
        if (PathIds.Account(context).Failed(out var problem, out var id)) return problem;
        var request = context.Request;
        if (QueryValues.TryTime(request, "from", out var from) is { } badFrom) return badFrom;
        if (QueryValues.TryTime(request, "to", out var to) is { } badTo) return badTo;
        if (request.Query["interval"].ToString() is not ("" or "day")) return Problem.Invalid("?interval", ErrorCodes.Unknown, "The only interval is day.");
        var today = time.GetUtcNow().ToDay();
        var last = Math.Min(to?.ToDay() ?? today, today);
        var first = from?.ToDay() ?? last - 89;
        if (from > to) return Problem.Invalid("?from", ErrorCodes.OutOfRange, "Must not be after to.");
        if (last - first > MaxHistoryDays) return Problem.Invalid("?from", ErrorCodes.OutOfRange, $"At most {MaxHistoryDays} days at once.");
        return await standings.HistoryAsync(id, first, last, cancellation) is { } days
            ? Results.Json(new { data = days.Select(HistoryView.Of) }, Json.Answers)
            : AccountProblems.NotFound(id);
    }
}
