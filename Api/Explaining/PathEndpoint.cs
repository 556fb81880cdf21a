using HealthApi.Api.Accounts;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Core.Evaluation.Overrides;
using HealthApi.Core.Explaining;
using HealthApi.Core.Input;
using HealthApi.Core.Scoring;
using HealthApi.Infrastructure.Explaining;

namespace HealthApi.Api.Explaining;

/// <summary>
/// <c>GET …/health/path</c>: the smallest set of changes that lifts the account into the category <c>to</c>; by default into the next
/// better one.
/// </summary>
internal static class PathEndpoint
{
    public static async Task<Results<Ok<PathView>, Problem>> GetAsync(
        HttpContext context, StandingReader standings, CancellationToken cancellation)
    {
        if (PathIds.Account(context).Failed(out var problem, out var id)) return problem;
        if (await standings.StandAsync(id, null, cancellation) is not { Now: var standing }) return AccountProblems.NotFound(id);
        var model = standing.Judgement.Model;
        var goal = QueryValues.Text(context.Request, "to") ?? NextBetter(model, standing.Measured.Category);
        if (!OverriddenHealth.Has(model, goal))
        {
            return Problem.Invalid(
                UnknownWord.Error("?to", goal, $"a category of '{model.Id}'", [.. model.Categories.Select(category => category.Id)]));
        }

        var search = PathFinder.Find(model, standing.Signals, goal);
        return search.Path is { } path ? TypedResults.Ok(PathView.Of(id, path, search))
            : Problem.Invalid("?to", DocumentErrorCodes.Unreachable, WhyNot(search, goal));
    }

    private static string WhyNot(PathSearch search, string goal) => search.IsFewest
        ? $"No change of its signals lifts the account to '{goal}'."
        : $"No change of its signals was found that lifts the account to '{goal}'; the model uses so many signals in several components "
            + "that not all changes could be tried.";

    private static string NextBetter(HealthModel model, string category)
    {
        var worse = model.Categories.TakeWhile(known => known.Id != category).ToList();
        return worse.Count == 0 ? category : worse[^1].Id;
    }
}
