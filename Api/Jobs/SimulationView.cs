using System.Text.Json;
using System.Text.Json.Nodes;
using HealthApi.Infrastructure.Alerts.Simulating;

namespace HealthApi.Api.Jobs;

/// <summary>The result of a simulation of alerts, with the accounts that are stored apart.</summary>
internal static class SimulationView
{
    /// <param name="result">The result as stored.</param>
    /// <param name="accounts">The accounts as stored: all, or the noisiest where the simulation had too many.</param>
    public static JsonElement Of(JsonElement result, IReadOnlyList<SimulatedAccount> accounts)
    {
        var shown = JsonNode.Parse(result.GetRawText())!.AsObject();
        shown["noisiest"] = ToJson(SimulatedAccounts.Noisiest(accounts));
        shown["accounts"] = SimulatedAccounts.AreAll(result.GetProperty("simulated").GetInt64()) ? ToJson(accounts) : null;
        return JsonSerializer.SerializeToElement(shown);
    }

    private static JsonNode? ToJson(IEnumerable<SimulatedAccount> accounts) =>
        JsonSerializer.SerializeToNode(accounts, JsonSerializerOptions.Web);
}
