using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using HealthApi.Benchmarks.Hosts;
using HealthApi.Benchmarks.Reporting;

namespace HealthApi.Benchmarks.Measurements;

/// <summary>
/// The time from the POST of an event that makes an account cross a threshold until its webhook is received, at a steady low rate. Each
/// account crosses once: its champion leaves.
/// </summary>
internal sealed class Latency(TestBed bed, Func<Task<Product>> host, string transport) : IMeasurement
{
    private const int PerSecond = 200;

    private static readonly string[] EventTypes = ["churn_risk.threshold_crossed"];

    private readonly ConcurrentDictionary<string, long> _postedAt = new();
    private readonly ConcurrentBag<double> _milliseconds = [];
    private Product? _product;
    private string _subscription = "";
    private int _rounds;

    public string Group => Groups.Latency;

    public async Task WarmUpAsync()
    {
        _product = await host();
        var receiver = await Receiver.StartAsync();
        receiver.Seen = OnReceived;
        _subscription = (await _product.PostAsync("/v1/webhooks", new { url = receiver.Url, eventTypes = EventTypes })).GetProperty("id")
            .GetString()!;
        await RunAsync(_product, bed.Options.WarmUp);
    }

    public async Task MeasureAsync(FigureSheet sheet)
    {
        await RunAsync(_product!, bed.Options.Window);
        double[] sorted = [.. _milliseconds.Order()];
        sheet.Add(Figure.LatencyRate + transport, "/s", PerSecond);
        sheet.Add(Figure.Latency50 + transport, "ms", Statistics.Percentile(sorted, 0.50));
        sheet.Add(Figure.Latency95 + transport, "ms", Statistics.Percentile(sorted, 0.95));
        sheet.Add(Figure.Latency99 + transport, "ms", Statistics.Percentile(sorted, 0.99));
        sheet.Add(
            Figure.Queued99 + transport, "ms", Statistics.Percentile(await new DeliveryLog(_product!, _subscription).QueuedAsync(), 0.99));
    }

    private async Task RunAsync(Product product, TimeSpan window)
    {
        string[] accounts =
            [.. Enumerable.Range(0, (int)(PerSecond * window.TotalSeconds)).Select(number => $"latency-{_rounds}-{number}")];
        _rounds++;
        await SetSidesAsync(product, accounts);
        _milliseconds.Clear();
        _postedAt.Clear();
        await PostSteadilyAsync(product, accounts);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (_milliseconds.Count < accounts.Length) await Task.Delay(5, patience.Token);
    }

    /// <summary>
    /// Posts the first event of each account. It determines on which side of each threshold the account begins; only later events can
    /// cross.
    /// </summary>
    private static async Task SetSidesAsync(Product product, string[] accounts)
    {
        var before = await product.ProcessedAsync();
        foreach (var chunk in accounts.Chunk(500))
        {
            await product.PostAsync(
                "/v1/events", chunk.Select(account => new { id = $"{account}-first", type = "usage.login", accountId = account }));
        }

        await product.WaitProcessedAsync(before + accounts.Length);
    }

    private async Task PostSteadilyAsync(Product product, string[] accounts)
    {
        var (clock, posts) = (Stopwatch.StartNew(), new List<Task>(accounts.Length));
        for (var number = 0; number < accounts.Length; number++)
        {
            var wait = TimeSpan.FromSeconds((double)number / PerSecond) - clock.Elapsed;
            if (wait > TimeSpan.Zero) await Task.Delay(wait);
            posts.Add(PostAsync(product, accounts[number]));
        }

        await Task.WhenAll(posts);
    }

    private async Task PostAsync(Product product, string account)
    {
        _postedAt[account] = Stopwatch.GetTimestamp();
        using var answer = await product.Client.PostAsJsonAsync(
            "/v1/events", new { id = $"{account}-left", type = "relationship.champion_left", accountId = account });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Records the first webhook of an account; the risk crosses two bounds at once.</summary>
    private void OnReceived(ReadOnlySequence<byte> body)
    {
        var received = Stopwatch.GetTimestamp();
        var reader = new Utf8JsonReader(body);
        using var message = JsonDocument.ParseValue(ref reader);
        var account = message.RootElement.GetProperty("data").GetProperty("accountId").GetString()!;
        if (_postedAt.TryRemove(account, out var posted)) _milliseconds.Add(Stopwatch.GetElapsedTime(posted, received).TotalMilliseconds);
    }
}
