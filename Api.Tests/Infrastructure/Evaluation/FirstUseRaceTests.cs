using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Events;
using HealthApi.Core.Integrations;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.Integrations;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Evaluation;

/// <summary>
/// Two processes use a counter, a source or a customer's name for the first time at the same instant: neither loses its change.
/// </summary>
public sealed class FirstUseRaceTests(StoreKind kind) : StoreFixture(kind)
{
    private const int Rounds = 150;

    /// <summary>Two accounts whose events are counted in the same rows.</summary>
    private static readonly string[] OfOnePart =
        [.. Enumerable.Range(0, 1000).Select(number => $"account-{number}").Where(id => IngestionCounters.Part(id) == 0).Take(2)];

    private static readonly DateTimeOffset Now = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);

    private Pipeline _one = null!;
    private Pipeline _other = null!;

    [SetUp]
    public async Task OpenAsync()
    {
        _one = await Pipeline.CreateAsync(new ManualTimeProvider(Now), Kind);
        _other = _one.Another();
    }

    [TearDown]
    public void Close()
    {
        _other.Dispose();
        _one.Dispose();
    }

    [Test]
    public async Task No_event_of_a_new_source_is_missing_in_its_count()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var source = $"source-{round}";
            await BothAsync((pipeline, number) => pipeline.ProcessAsync([Login($"{source}-{number}", source, OfOnePart[number])]));
        }

        Assert.That(
            await _one.RowsAsync("SELECT source, SUM(events) FROM ingestion_source_counts GROUP BY source HAVING SUM(events) <> 2"),
            Is.Empty, "each process has sent one event of each source");
        Assert.That(
            await _one.RowsAsync("SELECT SUM(value) FROM ingestion_counts WHERE name = 'processed'"),
            Is.EqualTo(new[] { $"{2 * Rounds}" }));
    }

    [Test]
    public async Task Of_two_links_of_a_new_name_the_newer_one_stays()
    {
        var settings = new IntegrationSettings(Vendor.Segment, null, new AccountMapping("segment", null), null, null);
        var integration = await _one.Services.GetRequiredService<IntegrationStore>()
            .CreateAsync(settings, "a secret of sufficient length", default);
        for (var round = 0; round < Rounds; round++)
        {
            var link = new CustomerLink($"user-{round}", "older", Now);
            CustomerLink[] links = round % 2 == 0 ? [link, link with { To = "newer", AsOf = Now.AddHours(1) }]
                : [link with { To = "newer", AsOf = Now.AddHours(1) }, link];
            await BothAsync(
                (pipeline, number) => pipeline.Services.GetRequiredService<CustomerDirectory>()
                .LinkAsync(integration, [links[number]], default));
        }

        Assert.That(
            await _one.RowsAsync("SELECT target, COUNT(*) FROM integration_links GROUP BY target"),
            Is.EqualTo(new[] { $"newer | {Rounds}" }));
    }

    private static EventEnvelope Login(string id, string source, string account) => Pipeline.Envelope(
        $$"""{"id":"{{id}}","source":"{{source}}","type":"usage.login","accountId":"{{account}}","occurredAt":"2026-11-20T08:00:00Z","data":{"userId":"ada"} }""", Now);

    private Task BothAsync(Func<Pipeline, int, Task> work) => Task.WhenAll(Task.Run(() => work(_one, 0)), Task.Run(() => work(_other, 1)));
}
