using HealthApi.Api.Tests.Support.Stores;
using Microsoft.Extensions.DependencyInjection;

namespace HealthApi.Api.Tests.Support.Http;

/// <summary>Waits for evaluations, and moves the clock.</summary>
internal static class EvaluationSteps
{
    /// <summary>Waits until no account is due to be evaluated.</summary>
    public static Task EvaluatedAsync(this TestService service) =>
        Eventually.GetAsync(service.CountDueAsync, count => count == 0, "every account that is due is evaluated");

    /// <summary>
    /// Waits until no delivery is claimed, because an attempt in progress would time out; then moves the clock, and waits until every
    /// account that is due is evaluated.
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
