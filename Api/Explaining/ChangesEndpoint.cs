using HealthApi.Api.Accounts;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Explaining;
using HealthApi.Core.Input;
using HealthApi.Core.Primitives;
using HealthApi.Core.Signals;
using HealthApi.Infrastructure.Explaining;

namespace HealthApi.Api.Explaining;

/// <summary><c>GET …/health/changes</c>: why a score moved between two instants.</summary>
internal static class ChangesEndpoint
{
    private const int DefaultDays = 7;

    private const string Now = "now", Then = "then";

    public static async Task<Results<Ok<ChangesView>, Problem>> GetAsync(
        HttpContext context, AccountExplanations explanations, PastInstant instants, TimeProvider time, CancellationToken cancellation)
    {
        if (PathIds.Account(context).Failed(out var problem, out var id)) return problem;
        if (instants.TryRead(context.Request, "from", out var from) is { } badFrom) return badFrom;
        if (instants.TryRead(context.Request, "to", out var to) is { } badTo) return badTo;
        var until = Instant.Truncate(to ?? time.GetUtcNow());
        var since = Instant.Truncate(from ?? until.AddDays(-DefaultDays));
        if (since > until) return Problem.Invalid("?from", ErrorCodes.OutOfRange, "Must not be after to.");
        var known = context.Request.Query["known"].ToString();
        if (known is not ("" or Now or Then)) return Problem.Invalid("?known", ErrorCodes.Unknown, $"One of {Now}, {Then}.");
        return await explanations.ChangesAsync(id, since, until, known == Then, cancellation) is { } change
            ? TypedResults.Ok(ChangesView.Of(change))
            : AccountProblems.NotFound(id);
    }
}

internal sealed record ChangesView(
    string AccountId, StandingAtView From, StandingAtView To, decimal Change, IEnumerable<ChangePartView> Parts)
{
    public static ChangesView Of(ScoreChange change) => new(
        change.To.Account.Id, StandingAtView.Of(change.From), StandingAtView.Of(change.To), change.Change,
        change.Parts.Select(ChangePartView.Of));
}

internal sealed record StandingAtView(DateTimeOffset At, double? Score, string Category, ModelReference Model)
{
    public static StandingAtView Of(AccountStanding standing) => new(
        standing.AsOf, HealthView.Shown(standing.Health.Score), standing.Health.Category,
        new ModelReference(standing.Judgement.Model.Id, standing.Judgement.Model.Version));
}

internal sealed record ChangePartView(string? Component, string? Signal, ChangeCause Cause, decimal Change, string Detail)
{
    public static ChangePartView Of(ChangePart part) => new(part.Component, part.Signal?.Name(), part.Cause, part.Change, part.Detail);
}
