using System.Text.Json;

namespace HealthApi.Api.Tests.Support.Http;

/// <summary>Opens alerts and reads them.</summary>
internal static class AlertSteps
{
    /// <summary>
    /// Opens an alert of churn risk: the account is known without a concern, then its champion leaves, which is a fact, so that nothing has
    /// to be confirmed.
    /// </summary>
    /// <returns>The alert.</returns>
    public static async Task<JsonElement> AlertAsync(this TestService service, string accountId)
    {
        await service.PostAsync("/v1/events", new { id = accountId + "-login", type = "usage.login", accountId, data = new { userId = "u1" } });
        await service.SettledAsync();
        await service.LeaveAsync(accountId);
        return await service.AlertOfAsync(accountId);
    }

    /// <summary>The champion leaves.</summary>
    public static async Task LeaveAsync(this TestService service, string accountId, string eventId = "left")
    {
        await service.PostAsync("/v1/events", new { id = $"{accountId}-{eventId}", type = "relationship.champion_left", accountId });
        await service.SettledAsync();
    }

    /// <summary>The only alert of an account that is not resolved.</summary>
    public static async Task<JsonElement> AlertOfAsync(this TestService service, string accountId) =>
        (await service.ListAsync("/v1/alerts?accountId=" + accountId)).Single();
}
