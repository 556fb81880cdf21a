using HealthApi.Api.Tests.Support.Stores;
using Microsoft.Extensions.DependencyInjection;

namespace HealthApi.Api.Tests.Support.Http;

/// <summary>Waiting for evaluations, and for those that a move of the clock causes.</summary>
internal static class EvaluationSteps
{
    /// <summary>Waits until no account is due to be evaluated.</summary>
    public static Task EvaluatedAsync(this TestService service) =>
        Eventually.GetAsync(service.CountDueAsync, count => count == 0, "every account that is due is evaluated");

    /// <summary>
    /// Moves the clock while no delivery is under way, since an attempt would meet its deadline, and waits until every account that is due
    /// is evaluated.
    /// </summary>
    public static async Task AdvanceAsync(this TestService service, ManualTimeProvider clock, TimeSpan span)
    {
        await service.AtRestAsync();
        clock.Advance(span);
        await service.EvaluatedAsync();
    }

    private static Task<long> CountDueAsync(this TestService service) => service.Database.ScalarAsync<long>(
        "SELECT COUNT(*) FROM account_states WHERE due_at <= @Now",
        new { Now = service.Services.GetRequiredService<TimeProvider>().GetUtcNow() });
}
