using HealthApi.Api.Tests.Support;
using HealthApi.Infrastructure.Lanes;
using HealthApi.Infrastructure.Lanes.RabbitMq.Publishing;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Lanes.RabbitMq.Publishing;

/// <summary>The age of the oldest waiting event, as seen by a process that is neither the only publisher nor a worker.</summary>
internal sealed class QueueDepthsTests
{
    private readonly ManualTimeProvider _clock = new();
    private IReadOnlyDictionary<int, DateTimeOffset> _reached = new Dictionary<int, DateTimeOffset>();
    private Exception? _failure;

    [Test]
    public async Task When_other_processes_publish_too_the_age_follows_the_progress_of_the_workers()
    {
        var age = await AgeAfterAsync(
            60, () => _reached = new Dictionary<int, DateTimeOffset> { [0] = _clock.GetUtcNow() - TimeSpan.FromSeconds(0.3) });
        Assert.That(age, Is.EqualTo(TimeSpan.FromSeconds(0.3)), "the queue is never empty, but its messages are always new");
    }

    [Test]
    public async Task The_age_of_a_lane_without_a_worker_grows()
    {
        _reached = new Dictionary<int, DateTimeOffset> { [0] = _clock.GetUtcNow() - TimeSpan.FromHours(1) };
        Assert.That(await AgeAfterAsync(60, () => { }), Is.EqualTo(TimeSpan.FromSeconds(60)), "since the queue was first seen non-empty");
    }

    [Test]
    public async Task Without_the_store_the_age_follows_from_the_lengths_of_the_queues()
    {
        _failure = new InvalidOperationException("Unavailable.");
        Assert.That(await AgeAfterAsync(5, () => { }), Is.EqualTo(TimeSpan.FromSeconds(5)));
    }

    private async Task<TimeSpan?> AgeAfterAsync(int seconds, Action each)
    {
        var depths = new QueueDepths(
            _ => Task.FromResult(new long[] { 500 }), _ => _failure is null ? Task.FromResult(_reached) : throw _failure, _clock,
            NullLogger.Instance);
        LaneBacklog backlog = await depths.ReadAsync(CancellationToken.None);
        for (var second = 0; second < seconds; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            each();
            backlog = await depths.ReadAsync(CancellationToken.None);
        }

        return _clock.GetUtcNow() - backlog.Oldest;
    }
}
