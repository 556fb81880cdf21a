using HealthApi.Api.Accounts;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Core.Documents;
using HealthApi.Core.Explaining;
using HealthApi.Core.Overrides;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;
using HealthApi.Core.Validation;
using HealthApi.Infrastructure.Scoring;

namespace HealthApi.Api.Explaining;

/// <summary><c>GET …/health/path</c>: the smallest set of changes that lifts the account into a category; without <c>to</c> the next better one.</summary>
internal static class PathEndpoint
{
    public static async Task<IResult> GetAsync(HttpContext context, StandingReader standings, CancellationToken cancellation)
    {
        if (PathIds.Account(context).Failed(out var problem, out var id)) return problem;
        if (await standings.ReadAsync(id, null, cancellation) is not { Now: var standing }) return AccountProblems.NotFound(id);
        var model = standing.Judgement.Model;
        var goal = context.Request.Query["to"].ToString() is { Length: > 0 } to ? to : NextBetter(model, standing.Measured.Category);
        if (!OverriddenHealth.Has(model, goal))
            return Problem.Invalid("?to", ErrorCodes.Unknown, $"The categories of '{model.Id}' are {string.Join(", ", model.Categories.Select(category => category.Id))}.");
        return PathFinder.Find(model, standing.Signals, goal) is { } path
            ? Results.Json(PathView.Of(id, path), Json.Answers)
            : Problem.Invalid("?to", DocumentErrorCodes.Unreachable, $"No change of its signals lifts the account to '{goal}'.");
    }

    private static string NextBetter(HealthModel model, string category)
    {
        var worse = model.Categories.TakeWhile(known => known.Id != category).ToList();
        return worse.Count == 0 ? category : worse[^1].Id;
    }
}

internal sealed record PathView(string AccountId, string From, string To, double? Score, IEnumerable<PathStepView> Steps)
{
    public static PathView Of(string accountId, HealthPath path) => new(accountId, path.From, path.To, HealthView.Shown(path.Score), path.Steps.Select(PathStepView.Of));
}

internal sealed record PathStepView(string Signal, object? Value, object? Target, decimal Gain)
{
    public static PathStepView Of(PathStep step) => new(step.Signal.Name(), step.Value.ToObject(), step.Target.ToObject(), step.Gain);
}
