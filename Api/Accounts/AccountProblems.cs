using HealthApi.Api.Problems;

namespace HealthApi.Api.Accounts;

internal static class AccountProblems
{
    public static Problem NotFound(string id) => Problem.NotFound($"There is no account '{id}'.");

    public static Problem Parked(string id) =>
        new(ProblemType.Conflict,
            $"The account '{id}' is parked: its stored state cannot be used. GET /v1/ingestion/parked lists it; retry it there first.");
}
