using HealthApi.Api.Accounts;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Api.Security;
using HealthApi.Core.Explaining;
using HealthApi.Core.Input;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Explaining;
using HealthApi.Infrastructure.Security;

namespace HealthApi.Api.Explaining;

/// <summary>
/// The standing of an account: health, history, churn risk, signals and timeline; scope <c>read</c>. Values are those of the present, or of
/// the instant <c>at</c>.
/// </summary>
internal static class StandingEndpoints
{
    private const int MaxHistoryDays = 4_000, DefaultHistoryDays = 90;

    public static void MapStandings(this IEndpointRouteBuilder routes)
    {
        var accounts = routes.MapGroup("/v1/accounts").WithTags("Accounts").RequireScope(ApiScopes.Read);
        accounts.MapGet("/{id}/health", HealthAsync).WithQuery("at");
        accounts.MapGet("/{id}/health/history", HistoryAsync).WithQuery("from", "to", "interval", "asKnownAt");
        accounts.MapGet("/{id}/churn-risk", ChurnRiskAsync).WithQuery("at");
        accounts.MapGet("/{id}/signals", SignalsAsync).WithQuery("at");
        accounts.MapGet("/{id}/subscriptions", SubscriptionsAsync).WithQuery("at");
        accounts.MapGet("/{id}/timeline", TimelineEndpoint.GetAsync).WithQuery(TimelineEndpoint.Query);
    }

    private static async Task<Results<Ok<HealthView>, Problem>> HealthAsync(
        HttpContext context, StandingReader standings, PastInstant instants, CancellationToken cancellation)
    {
        if (PathIds.Account(context).Failed(out var problem, out var id)) return problem;
        if (instants.Read(context.Request, "at", out var at) is { } badTime) return badTime;
        if (await standings.ReadAsync(id, at, cancellation) is not { } read) return AccountProblems.NotFound(id);
        return TypedResults.Ok(HealthView.Of(read));
    }

    private static async Task<Results<Ok<ChurnRiskView>, Problem>> ChurnRiskAsync(
        HttpContext context, RiskReader risks, PastInstant instants, CancellationToken cancellation)
    {
        if (PathIds.Account(context).Failed(out var problem, out var id)) return problem;
        if (instants.Read(context.Request, "at", out var at) is { } badTime) return badTime;
        return await risks.ReadAsync(id, at, cancellation) is { } read ? TypedResults.Ok(ChurnRiskView.Of(read))
            : AccountProblems.NotFound(id);
    }

    private static async Task<Results<Ok<SignalsView>, Problem>> SignalsAsync(
        HttpContext context, StandingReader standings, PastInstant instants, CancellationToken cancellation)
    {
        if (PathIds.Account(context).Failed(out var problem, out var id)) return problem;
        if (instants.Read(context.Request, "at", out var at) is { } badTime) return badTime;
        return await standings.StandAsync(id, at, cancellation) is { } read ? TypedResults.Ok(SignalsView.Of(read.Now))
            : AccountProblems.NotFound(id);
    }

    private static async Task<Results<Ok<SubscriptionList>, Problem>> SubscriptionsAsync(
        HttpContext context, SubscriptionReader subscriptions, PastInstant instants, CancellationToken cancellation)
    {
        if (PathIds.Account(context).Failed(out var problem, out var id)) return problem;
        if (instants.Read(context.Request, "at", out var at) is { } badTime) return badTime;
        return await subscriptions.ReadAsync(id, at, cancellation) is { } found ? TypedResults.Ok(new SubscriptionList(found))
            : AccountProblems.NotFound(id);
    }

    private static async Task<Results<Ok<HistoryList>, Problem>> HistoryAsync(
        HttpContext context, StandingReader standings, PastInstant instants, TimeProvider time, CancellationToken cancellation)
    {
        if (PathIds.Account(context).Failed(out var problem, out var id)) return problem;
        var request = context.Request;
        if (QueryValues.ReadTime(request, "from", out var from) is { } badFrom) return badFrom;
        if (QueryValues.ReadTime(request, "to", out var to) is { } badTo) return badTo;
        if (instants.Read(request, "asKnownAt", out var known) is { } badKnown) return badKnown;
        if (Interval(request).Failed(out problem, out var interval)) return problem;
        var today = (known ?? time.GetUtcNow()).ToDay();
        var last = Math.Min(to?.ToDay() ?? today, today);
        var first = from?.ToDay() ?? last - (DefaultHistoryDays - 1);
        if (from > to) return Problem.Invalid("?from", ErrorCodes.OutOfRange, "Must not be after to.");
        if (last - first > MaxHistoryDays)
            return Problem.Invalid("?from", ErrorCodes.OutOfRange, $"At most {MaxHistoryDays} days at once.");
        return await standings.HistoryAsync(id, first, last, interval.Value, known, cancellation) is { } periods
            ? TypedResults.Ok(new HistoryList(known ?? time.GetUtcNow(), periods.Select(HistoryView.Of)))
            : AccountProblems.NotFound(id);
    }

    private static Outcome<HistoryInterval?> Interval(HttpRequest request) => request.Query["interval"].ToString() switch
    {
        "" or "day" => new HistoryInterval?(HistoryInterval.Day),
        "week" => new HistoryInterval?(HistoryInterval.Week),
        "month" => new HistoryInterval?(HistoryInterval.Month),
        var other => Problem.Invalid(UnknownWord.Error("?interval", other, "an interval", ["day", "week", "month"])),
    };
}
