using HealthApi.Api.Tests.Support;
using HealthApi.Infrastructure.Lanes;
using HealthApi.Infrastructure.Lanes.RabbitMq.Publishing;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Lanes.RabbitMq.Publishing;

/// <summary>A process that neither publishes all nor works knows how old the oldest waiting event is.</summary>
internal sealed class QueueDepthsTests
{
    private readonly ManualTimeProvider _clock = new();
    private IReadOnlyDictionary<int, DateTimeOffset> _reached = new Dictionary<int, DateTimeOffset>();
    private Exception? _away;

    [Test]
    public async Task Where_others_publish_too_the_age_follows_the_workers()
    {
        var age = await AgeAfterAsync(
            60, () => _reached = new Dictionary<int, DateTimeOffset> { [0] = _clock.GetUtcNow() - TimeSpan.FromSeconds(0.3) });
        Assert.That(age, Is.EqualTo(TimeSpan.FromSeconds(0.3)), "the queue never runs empty, and what stands in it is always young");
    }

    [Test]
    public async Task A_lane_that_nobody_works_on_ages()
    {
        _reached = new Dictionary<int, DateTimeOffset> { [0] = _clock.GetUtcNow() - TimeSpan.FromHours(1) };
        Assert.That(await AgeAfterAsync(60, () => { }), Is.EqualTo(TimeSpan.FromSeconds(60)), "since it was first seen not to be empty");
    }

    [Test]
    public async Task Without_the_store_the_lengths_tell()
    {
        _away = new InvalidOperationException("Away.");
        Assert.That(await AgeAfterAsync(5, () => { }), Is.EqualTo(TimeSpan.FromSeconds(5)));
    }

    private async Task<TimeSpan?> AgeAfterAsync(int seconds, Action each)
    {
        var depths = new QueueDepths(
            _ => Task.FromResult(new long[] { 500 }), _ => _away is null ? Task.FromResult(_reached) : throw _away, _clock,
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
