using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Erasure;
using HealthApi.Infrastructure.Evaluation;
using HealthApi.Infrastructure.Lanes;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Erasure;

/// <summary>The rows that identify repeated lane messages are pruned after a week, and the counts of events stay the same.</summary>
internal sealed class LanePruningTests(StoreKind kind) : StoreFixture(kind)
{
    private static readonly DateTimeOffset Start = new(2026, 11, 1, 9, 0, 0, TimeSpan.Zero);

    private readonly ManualTimeProvider _clock = new(Start);
    private Pipeline _pipeline = null!;

    [SetUp]
    public async Task CreateAsync() => _pipeline = await Pipeline.CreateAsync(_clock, Kind);

    [TearDown]
    public void Close() => _pipeline.Dispose();

    [Test]
    public async Task The_rows_of_an_ended_process_are_pruned_and_its_counts_are_kept()
    {
        await AcceptAsync(new AcceptingProcess(), "e1", "e2");
        await PruneAfterAsync(TimeSpan.FromDays(6));
        Assert.That(await ProcessesAsync(), Has.Count.EqualTo(2), "the process may still repeat its message");
        await PruneAfterAsync(TimeSpan.FromDays(2));
        Assert.That(await ProcessesAsync(), Is.EqualTo(new[] { "0" }));
        await AssertSettledAsync(2);
    }

    [Test]
    public async Task The_rows_of_a_running_process_that_accepts_nothing_for_days_are_not_pruned()
    {
        var process = _pipeline.Services.GetRequiredService<AcceptingProcess>();
        var accepted = ActivatorUtilities.CreateInstance<AcceptedEvents>(_pipeline.Services, process);
        await AcceptAsync(process, "e1", "e2");
        await accepted.WriteAsync(CancellationToken.None);
        for (var day = 0; day < 10; day++)
        {
            _clock.Advance(TimeSpan.FromDays(1));
            await accepted.WriteAsync(CancellationToken.None);
        }

        await PruneAfterAsync(TimeSpan.Zero);
        await AssertSettledAsync(2);
        await AcceptAsync(process, "e3");
        await accepted.WriteAsync(CancellationToken.None);
        await AssertSettledAsync(3);
    }

    /// <summary>Accepts a message and processes it.</summary>
    private async Task AcceptAsync(AcceptingProcess process, params string[] ids)
    {
        process.Accept(ids.Length);
        await _pipeline.IntakeAsync(new LaneMessage(EventBatchCodec.Encode([.. ids.Select(Login)], process.NextMessage())));
    }

    private async Task PruneAfterAsync(TimeSpan time)
    {
        _clock.Advance(time);
        await ActivatorUtilities.CreateInstance<LanePruning>(_pipeline.Services).PruneAsync(CancellationToken.None);
    }

    private async Task AssertSettledAsync(int events)
    {
        var stats = await _pipeline.Services.GetRequiredService<IngestionStats>().ReadAsync(CancellationToken.None);
        Assert.That((stats.Accepted, stats.Pending, stats.Processed, stats.Balance), Is.EqualTo((events, 0, events, 0)));
    }

    private Task<IReadOnlyList<string>> ProcessesAsync() => _pipeline.RowsAsync("SELECT DISTINCT id FROM lane_processes ORDER BY id");

    private static EventEnvelope Login(string id) =>
        Pipeline.Envelope(
            $$"""{"id":"{{id}}","type":"usage.login","accountId":"acme","occurredAt":"2026-11-01T08:00:00Z","data":{"userId":"ada"} }""",
            Start);
}
