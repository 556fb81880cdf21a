using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Webhooks;
using NUnit.Framework;
using static HealthApi.Api.Tests.Api.Explaining.ExplainingRig;

namespace HealthApi.Api.Tests.EndToEnd;

/// <summary>A family of events that falls silent, and speaks again.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SilenceTests(StoreKind kind) : StoreFixture(kind)
{
    private readonly ManualTimeProvider _clock = new();
    private TestService _service = null!;
    private WebhookReceiver _receiver = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _service = await TestService.StartAsync(Kind, clock: _clock);
        _receiver = await WebhookReceiver.StartAsync();
        await _service.PostAsync(
            "/v1/webhooks", new { url = _receiver.Url.ToString(), eventTypes = new[] { WebhookEventTypes.SignalStale } });
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _service.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Test]
    public async Task A_source_that_falls_silent_is_told_once_and_once_when_it_speaks_again()
    {
        await PostAsync(Enumerable.Range(0, 20).Select(day => Login($"d{day}", -day)));
        await _service.AdvanceAsync(_clock, TimeSpan.FromDays(2) + TimeSpan.FromSeconds(1));
        var silent = (await _receiver.WaitForAsync(1)).Single().Json;
        Assert.That(SchemaChecker.OfMessages.Check(WebhookEventTypes.Find("signal.stale")!.Schema, silent), Is.Empty);
        var data = silent.GetProperty("data");
        Assert.That((data.Text("source"), data.GetProperty("stale").GetBoolean()), Is.EqualTo(("usage", true)));
        Assert.That(data.GetProperty("lastEventAt").GetDateTimeOffset(), Is.EqualTo(_clock.GetUtcNow().AddDays(-2).AddSeconds(-1)));
        Assert.That(await StaleAsync(), Is.True, "the standing says which parts rest on a stale source");

        await _service.AdvanceAsync(_clock, TimeSpan.FromDays(3));
        await PostAsync([Login("again", 0)]);
        var speaks = (await _receiver.WaitForAsync(2))[^1].Json.GetProperty("data");
        Assert.That((speaks.Text("source"), speaks.GetProperty("stale").GetBoolean()), Is.EqualTo(("usage", false)));
        await PostAsync([Login("more", 0)]);
        Assert.That((await StaleAsync(), _receiver.Received.Count), Is.EqualTo((false, 2)), "each is told once");
    }

    [Test]
    public async Task What_was_silent_when_the_account_was_first_evaluated_is_not_told()
    {
        await PostAsync(Enumerable.Range(10, 20).Select(day => Login($"d{day}", -day)));
        await _service.AdvanceAsync(_clock, TimeSpan.FromDays(10));
        Assert.That((await StaleAsync(), _receiver.Received.Count), Is.EqualTo((true, 0)));
    }

    private object Login(string id, int day) =>
        new { id, type = "usage.login", accountId = "acme", occurredAt = _clock.GetUtcNow().AddDays(day), data = new { userId = "u" } };

    private async Task PostAsync(IEnumerable<object> events)
    {
        await _service.PostAsync("/v1/events", events);
        await _service.SettledAsync();
    }

    private async Task<bool> StaleAsync() => (await _service.GetAsync("/v1/accounts/acme/health")).GetProperty("components")[0]
        .GetProperty("measures")[0].GetProperty("stale").GetBoolean();
}
