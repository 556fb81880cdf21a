using System.Diagnostics;
using HealthApi.Benchmarks.Hosts;
using HealthApi.Benchmarks.Load;

namespace HealthApi.Benchmarks.Scale;

/// <summary>Posts one event for each drawn account, in batches over several connections, and waits until all are processed.</summary>
internal sealed class ScaleLoad(Product product)
{
    private const int Connections = 4, TemplatesOfEach = 4, EventsPerRequest = 500;

    private static long _sequence = DateTimeOffset.UtcNow.ToUnixTimeSeconds() % 1_000_000 * 100_000;

    private int _next;

    /// <returns>The time from the first POST until the last event was processed.</returns>
    public async Task<TimeSpan> RunAsync(int[] accounts)
    {
        var before = await product.ProcessedAsync();
        _next = 0;
        var requests = Enumerable.Range(0, Connections).Select(Requests).ToArray();
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(requests.Select(own => Task.Run(() => PostAsync(own, accounts))));
        await product.WaitProcessedAsync(before + accounts.Length, TimeSpan.FromHours(1));
        return clock.Elapsed;
    }

    private HttpRequestBytes[] Requests(int connection)
    {
        var events = new ScaleEvents(connection);
        return [.. Enumerable.Range(0, TemplatesOfEach).Select(_ => product.Request(events.Batch(EventsPerRequest)))];
    }

    private async Task PostAsync(HttpRequestBytes[] requests, int[] accounts)
    {
        using var connection = await HttpConnection.OpenAsync(product.Process.Address);
        for (var turn = 0; ; turn++)
        {
            var end = Interlocked.Add(ref _next, EventsPerRequest);
            if (end > accounts.Length) return;
            var request = requests[turn % requests.Length];
            request.Body.Stamp(
                Interlocked.Add(ref _sequence, EventsPerRequest), accounts.AsSpan(end - EventsPerRequest, EventsPerRequest));
            if (await connection.PostAsync(request) is var status && status != 202)
                throw new InvalidOperationException($"POST /v1/events → {status}");
        }
    }
}
