using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HealthApi.Infrastructure.Retention;

/// <summary>Runs retention 5 to 10 minutes after the start and then once a day.</summary>
internal sealed class RetentionSweeper(
    RetentionSweep sweep, IOptions<RetentionOptions> options, LoopHealth health, TimeProvider time, ILogger<RetentionSweeper> logger)
    : WorkerLoop("retention", health, logger)
{
    // A worker that is replaced every day sweeps too, and workers that start together do not sweep at the same time.
    private static readonly TimeSpan FirstAfter = TimeSpan.FromMinutes(5), FirstSpread = TimeSpan.FromMinutes(5),
        Every = TimeSpan.FromDays(1);

    private DateTimeOffset? _next;

    /// <summary>A failed sweep starts again at the first account, so it is not repeated every few seconds.</summary>
    protected override TimeSpan LongestPause => TimeSpan.FromHours(1);

    /// <summary>A sweep that an outage stopped starts again as soon as the store answers.</summary>
    protected override async Task TurnAsync(CancellationToken stopping)
    {
        _next ??= time.GetUtcNow() + FirstAfter + (FirstSpread * Random.Shared.NextDouble());
        if (_next - time.GetUtcNow() is { } wait && wait > TimeSpan.Zero) await Task.Delay(wait, time, stopping);
        var now = time.GetUtcNow();
        await sweep.RunAsync(now - options.Value.EventsSpan, now, stopping, failed: Failed);
        _next += Every;
    }
}
