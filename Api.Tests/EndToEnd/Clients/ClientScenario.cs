using HealthApi.Api.Tests.Support.Clients;
using HealthApi.Api.Tests.Support.Http;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Clients;

/// <summary>What the drivers find on the service, and what they must have seen.</summary>
internal static class ClientScenario
{
    /// <summary>Runs the driver against a service with one subscription, and checks what it has seen.</summary>
    /// <param name="client">The generated client.</param>
    /// <param name="eventTypes">The types of the subscription, as the generator names the members of their enum.</param>
    /// <param name="problemType">The type of the problem, as the generator names it.</param>
    public static async Task CheckAsync(GeneratedClient client, string eventTypes, string problemType)
    {
        await using var service = await StartAsync();
        var seen = await client.RunAsync("RunAsync", service.Client);
        await service.SettledAsync();
        var timeline = await client.RunAsync("ReadTimelineAsync", service.Client);

        using (Assert.EnterMultipleScope())
        {
            Check(seen, eventTypes, problemType);
            CheckTimeline(timeline);
        }
    }

    private static async Task<TestService> StartAsync()
    {
        var service = await TestService.StartAsync();
        await service.PostAsync("/v1/webhooks", new
        {
            url = "http://127.0.0.1:9999/",
            eventTypes = new[] { "health.threshold_crossed", "account.churned" },
            filter = new { directions = new[] { "falling" } },
        });
        return service;
    }

    private static void Check(IReadOnlyDictionary<string, object> seen, string eventTypes, string problemType)
    {
        var expected = new Dictionary<string, object>
        {
            ["put"] = "Acme",
            ["usage"] = 2,
            ["events"] = 1,
            ["account"] = "acme 120000 Negotiating enterprise strategic",
            ["score"] = 75.0,
            ["values"] = "DaysSinceLastActivity 3, PaymentStatus current",
            ["webhooks"] = $"{eventTypes} Falling ",
            ["model"] = true,
            ["rules"] = true,
            ["problem"] = $"422 {problemType} /currency Invalid_format",
        };
        Assert.That(seen, Is.EquivalentTo(expected));
    }

    private static void CheckTimeline(IReadOnlyDictionary<string, object> timeline) => Assert.That(timeline, Is.SupersetOf(
        new Dictionary<string, object> { ["use-1"] = "usage.login", ["use-2"] = "usage.feature_used", ["nps-1"] = "nps.responded" }));
}
