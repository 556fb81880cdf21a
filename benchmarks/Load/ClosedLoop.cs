using System.Diagnostics;

namespace HealthApi.Benchmarks.Load;

/// <summary>The result of a load run.</summary>
internal sealed record LoadResult(long Accepted, long Refused, TimeSpan Elapsed)
{
    public double PerSecond => Accepted / Elapsed.TotalSeconds;

    /// <exception cref="InvalidOperationException">Events were refused, so the figures would be wrong.</exception>
    public LoadResult AllAccepted() => Refused == 0 ? this : throw new InvalidOperationException($"{Refused} events were refused.");
}

/// <summary>Connections that each post, wait for the answer and post again, until the time is over or enough events were sent.</summary>
internal sealed class ClosedLoop(Uri target, string? key, EventCorpus corpus)
{
    private const int TemplatesOfSingles = 64, TemplatesOfBatches = 4;

    private static long _sequence = DateTimeOffset.UtcNow.ToUnixTimeSeconds() % 1_000_000 * 100_000;

    private long _accepted, _refused, _toSend;

    /// <summary>Posts for a period.</summary>
    public Task<LoadResult> RunForAsync(TimeSpan window, int connections, int eventsPerRequest) =>
        RunAsync(connections, eventsPerRequest, long.MaxValue, window);

    /// <summary>Posts a number of events.</summary>
    public Task<LoadResult> RunCountAsync(long events, int connections, int eventsPerRequest) =>
        RunAsync(connections, eventsPerRequest, events, Timeout.InfiniteTimeSpan);

    private async Task<LoadResult> RunAsync(int connections, int eventsPerRequest, long events, TimeSpan window)
    {
        (_accepted, _refused, _toSend) = (0, 0, events);
        var requests = Enumerable.Range(0, connections).Select(_ => Requests(eventsPerRequest)).ToArray();
        using var over = new CancellationTokenSource();
        var clock = Stopwatch.StartNew();
        over.CancelAfter(window);
        await Task.WhenAll(requests.Select(own => Task.Run(() => PostAsync(own, over.Token), CancellationToken.None)));
        return new LoadResult(_accepted, _refused, clock.Elapsed);
    }

    private HttpRequestBytes[] Requests(int eventsPerRequest) =>
        [.. Enumerable.Range(0, eventsPerRequest == 1 ? TemplatesOfSingles : TemplatesOfBatches)
            .Select(_ => new HttpRequestBytes(target, key, eventsPerRequest == 1 ? corpus.Single() : corpus.Batch(eventsPerRequest)))];

    private async Task PostAsync(HttpRequestBytes[] requests, CancellationToken over)
    {
        using var connection = await HttpConnection.OpenAsync(target);
        for (var turn = 0; !over.IsCancellationRequested; turn++)
        {
            var request = requests[turn % requests.Length];
            var events = request.Body.Events;
            if (Interlocked.Add(ref _toSend, -events) < 0) return;
            request.Body.Stamp(Interlocked.Add(ref _sequence, events) - events);
            var accepted = await connection.PostAsync(request) == 202;
            Interlocked.Add(ref accepted ? ref _accepted : ref _refused, events);
        }
    }
}
