using System.Text.Json;
using Dapper;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd;

/// <summary>Accounts are evaluated when time alone changes their standing: no request is made while the clock advances.</summary>
public sealed class ClockworkTests(StoreKind kind) : StoreFixture(kind)
{
    [Test]
    public async Task Seven_days_without_activity_raise_churn_risk_and_a_month_lowers_health()
    {
        var clock = new ManualTimeProvider();
        await using var service = await TestService.StartAsync(Kind, clock: clock);
        await service.PutAsync("/v1/accounts/acme", new { coreFeatures = new[] { "reports" } });
        await service.PostAsync("/v1/events", new[]
        {
            new { id = "e1", type = "usage.feature_used", accountId = "acme", data = (object)new { userId = "u1", feature = "reports" } },
            new { id = "e2", type = "billing.invoice_paid", accountId = "acme", data = (object)new { invoiceId = "i1" } },
        });
        await CategoryAsync(service, "healthy");

        clock.Advance(TimeSpan.FromDays(7) + TimeSpan.FromSeconds(1));
        Assert.That(
            await CrossingsAsync(service, 2), Is.EquivalentTo(new[] { "lifecycle:healthy falling", "churn_risk:medium rising" }),
            "7 whole days without activity");

        clock.Advance(TimeSpan.FromDays(7));
        Assert.That(await CrossingsAsync(service, 3), Does.Contain("churn_risk:high rising"), "14 whole days without activity");

        clock.Advance(TimeSpan.FromDays(18));
        await CategoryAsync(service, "critical");
        Assert.That(await CrossingsAsync(service, 4), Does.Contain("lifecycle:at_risk falling"), "no event is left in any window");
    }

    [Test]
    public async Task A_custom_rule_fires_on_its_day_even_after_all_windows_are_empty()
    {
        const string Rules =
            "{'id':'own','probabilities':{'high':0.6,'medium':0.25},'levels':[{'id':'high','bound':60},{'id':'low'}],'indicators':"
            + "[{'id':'gone','severity':'high','condition':{'signal':'daysSinceLastActivity','op':'>=','value':90},'intervention':'Call.'}]}";
        var clock = new ManualTimeProvider();
        await using var service = await TestService.StartAsync(Kind, clock: clock);
        await service.PutDocumentAsync("/v1/churn-rules", Rules);
        await service.PostAsync("/v1/events", new { id = "e1", type = "usage.login", accountId = "acme", data = new { userId = "u1" } });
        await service.SettledAsync();
        clock.Advance(TimeSpan.FromDays(61));
        Assert.That(await CrossingsAsync(service, 1), Has.None.StartsWith("churn_risk"), "no event is left in any window");
        clock.Advance(TimeSpan.FromDays(29) + TimeSpan.FromSeconds(1));
        Assert.That(await CrossingsAsync(service, 2), Does.Contain("churn_risk:high rising"), "90 whole days without activity");
    }

    [Test]
    public async Task An_account_that_time_alone_cannot_change_is_never_due()
    {
        await using var service = await TestService.StartAsync(Kind, clock: new ManualTimeProvider());
        await service.PutAsync("/v1/accounts/quiet", new { });
        await Eventually.GetAsync(
            () => service.Database.ReadAsync(
                c => c.QuerySingleAsync<(DateTimeOffset? Evaluated, DateTimeOffset? Due)>(
                    "SELECT evaluated_at, due_at FROM account_states"), default),
            state => state is { Evaluated: not null, Due: null },
            "the account is evaluated once and never due again");
    }

    [Test]
    public async Task A_crossing_with_a_dwell_happens_when_the_dwell_has_passed()
    {
        var clock = new ManualTimeProvider();
        await using var service = await TestService.StartAsync(Kind, clock: clock);
        await service.PutAsync("/v1/thresholds/patient", new { metric = "churn_risk", bound = 50, dwellHours = 6 });
        await service.PostAsync("/v1/events", new { id = "e1", type = "usage.login", accountId = "acme", data = new { userId = "u1" } });
        await service.SettledAsync();
        await service.PostAsync("/v1/events", new { id = "e2", type = "relationship.champion_left", accountId = "acme" });
        Assert.That(await CrossingsAsync(service, 1), Does.Not.Contain("patient rising"), "the dwell is not over");
        clock.Advance(TimeSpan.FromHours(6) + TimeSpan.FromSeconds(1));
        Assert.That(await CrossingsAsync(service, 2), Does.Contain("patient rising"));
    }

    private static Task<string?> CategoryAsync(TestService service, string category) => Eventually.GetAsync(
        async () => (await service.GetAsync("/v1/accounts/acme")).GetProperty("health").GetProperty("category").GetString(),
        seen => seen == category,
        $"the account is {category}");

    private static async Task<IReadOnlyList<string>> CrossingsAsync(TestService service, int atLeast) =>
        await Eventually.GetAsync<IReadOnlyList<string>>(
            async () =>
                [.. (await service.GetAsync("/v1/accounts/acme/timeline?kinds=crossing")).GetProperty("data").EnumerateArray()
                    .Select(Describe)],
            seen => seen.Count >= atLeast,
            $"{atLeast} crossings");

    private static string Describe(JsonElement entry) =>
        $"{entry.GetProperty("data").GetProperty("threshold").GetString()} {entry.GetProperty("data").GetProperty("direction").GetString()}";
}
