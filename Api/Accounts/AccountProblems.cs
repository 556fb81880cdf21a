using HealthApi.Api.Problems;

namespace HealthApi.Api.Accounts;

internal static class AccountProblems
{
    public static Problem NotFound(string id) => Problem.NotFound($"There is no account '{id}'.");
}
