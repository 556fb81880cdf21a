using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;
using static HealthApi.Api.Tests.Api.Explaining.ExplainingRig;

namespace HealthApi.Api.Tests.EndToEnd.Alerts;

/// <summary>An account whose usage halves for good: one alert, which settles and never claims a recovery.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SettledTests(StoreKind kind) : StoreFixture(kind)
{
    private const int Before = 150, After = 140, PerDay = 8;

    private readonly ManualTimeProvider _clock = new();

    [Test]
    public async Task Usage_that_halves_for_good_opens_one_alert_that_settles()
    {
        await using var service = await TestService.StartAsync(Kind, clock: _clock);
        await service.PostAsync("/v1/events", Enumerable.Range(1, Before).SelectMany(ago => Day(-ago, PerDay)));
        await service.SettledAsync();
        for (var day = 0; day < After; day++)
        {
            await service.PostAsync("/v1/events", Day(0, PerDay / 2));
            await service.SettledAsync();
            await service.AdvanceAsync(_clock, TimeSpan.FromDays(1));
        }

        var alerts = await service.ListAsync("/v1/alerts?metric=churn_risk&status=open,acknowledged,resolved");
        Assert.That(
            alerts.Select(alert => (alert.Text("status"), alert.Text("resolution"))), Is.EqualTo(new[] { ("resolved", "settled") }),
            "a level that became usual is no recovery");
        var history = (await service.GetAsync("/v1/alerts/" + alerts[0].Text("id"))).GetProperty("history");
        Assert.That(history.EnumerateArray().Select(entry => entry.Text("what")), Does.Contain("opened").And.Contain("resolved"));
    }

    private IEnumerable<object> Day(int day, int events) => Enumerable.Range(0, events).Select(number => new
    {
        id = $"{_clock.GetUtcNow().AddDays(day):yyyyMMdd}-{number}",
        type = "usage.activity",
        accountId = "acme",
        occurredAt = _clock.GetUtcNow().AddDays(day).AddMinutes(-number),
    });
}
