using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Infrastructure.Evaluation;
using HealthApi.Infrastructure.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Telemetry;

/// <summary>The counters, histograms and gauges of the service.</summary>
[NonParallelizable]
internal sealed class MeterTests
{
    private readonly ConcurrentDictionary<string, double> _sums = new();
    private MeterListener _listener = null!;
    private TestService _service = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _sums.Clear();
        _service = await TestService.StartAsync();
        _listener = new MeterListener { InstrumentPublished = (instrument, listener) => Listen(instrument, listener) };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    [TearDown]
    public async Task StopAsync()
    {
        _listener.Dispose();
        await _service.DisposeAsync();
    }

    [Test]
    public async Task Events_are_counted_when_accepted_rejected_and_processed()
    {
        const string Good = """{"id":"e1","type":"usage.login","accountId":"a"}""";
        using var mixed = await _service.PostTextAsync(
            "/v1/events", $$"""[{{Good}},{"id":"e2","type":"nps.responded","accountId":"a","data":{"score":11} }]""");
        await _service.SettledAsync();
        using var repeat = await _service.PostTextAsync("/v1/events", $"[{Good},{Good.Replace("\"a\"", "\"b\"")}]");
        await _service.SettledAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Sum("healthapi.events.accepted"), Is.EqualTo(3));
            Assert.That(Sum("healthapi.events.rejected code=out_of_range"), Is.EqualTo(1));
            Assert.That(Sum("healthapi.events.processed fate=new"), Is.EqualTo(1));
            Assert.That(Sum("healthapi.events.processed fate=duplicate"), Is.EqualTo(1));
            Assert.That(Sum("healthapi.events.processed fate=conflict"), Is.EqualTo(1));
            Assert.That(Sum("healthapi.batch.size"), Is.EqualTo(3));
            Assert.That(_sums.Keys.Any(key => key.StartsWith("healthapi.lane.lag lane=", StringComparison.Ordinal)));
            Assert.That(_sums.ContainsKey("healthapi.batch.duration"));
        }
    }

    [Test]
    public async Task Attempts_are_counted_by_result()
    {
        await using var receiver = await WebhookReceiver.StartAsync(WebhookReceiver.Status(500));
        await _service.SubscribeAsync(receiver.Url);
        await _service.QueueAsync("one");
        await Eventually.TrueAsync(() => Sum("healthapi.webhook.attempts result=retry") == 1, "a failed attempt is counted");
        await LookAsync();
        Assert.That(Sum("healthapi.outbox.depth"), Is.EqualTo(1), "the delivery waits for its next attempt");
        await _service.QueueAsync("two");
        await Eventually.TrueAsync(() => Sum("healthapi.webhook.attempts result=delivered") >= 1, "a successful attempt is counted");
        Assert.That(_sums.ContainsKey("healthapi.webhook.duration result=delivered"));
    }

    [Test]
    public async Task Gauges_show_parked_events_and_waiting_deliveries()
    {
        await _service.ParkAsync("one");
        await LookAsync();
        Assert.That(
            (Sum("healthapi.events.parked"), Sum("healthapi.outbox.depth"), Sum("healthapi.outbox.age")), Is.EqualTo((1.0, 0.0, 0.0)));
    }

    private static void Listen(Instrument instrument, MeterListener listener)
    {
        if (instrument.Meter.Name == HealthTelemetry.Name) listener.EnableMeasurementEvents(instrument);
    }

    private Task LookAsync() =>
        _service.Services.GetServices<IHostedService>().OfType<BacklogGauges>().Single().LookAsync(CancellationToken.None);

    private double Sum(string key) => _sums.GetValueOrDefault(key);

    /// <summary>Sums measurements of counters and histograms, and keeps the last one of gauges.</summary>
    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = instrument.Name + string.Concat(tags.ToArray().Select(tag => $" {tag.Key}={tag.Value}"));
        var isGauge = instrument is Gauge<long> or Gauge<double>;
        _sums.AddOrUpdate(key, value, (_, sum) => isGauge ? value : sum + value);
    }
}
