using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using HealthApi.Benchmarks.Hosts;
using HealthApi.Benchmarks.Reporting;

namespace HealthApi.Benchmarks.Scale;

/// <summary>
/// From the POST of an event that makes an account cross until its first webhook, where 10,000 subscriptions watch 1,000 accounts
/// each (R17). Uses a database of its own.
/// </summary>
internal sealed class ManySubscriptions(ScaleBed bed) : IScaleMeasurement
{
    private const int Watched = 1_000, PerSecond = 25, Parallel = 4;

    private static readonly string[] EventTypes = ["churn_risk.threshold_crossed"];

    private readonly ConcurrentDictionary<string, long> _postedAt = new();
    private readonly ConcurrentBag<double> _milliseconds = [];

    public string Group => ScaleGroups.Subscriptions;

    public bool EachRound => false;

    private int Count => bed.Options.Quick ? 500 : 10_000;

    private int Crossings => bed.Options.Quick ? 50 : 500;

    public async Task MeasureAsync(FigureSheet sheet)
    {
        await bed.StopAsync();
        await using var receiver = await Receiver.StartAsync();
        await using var product = await bed.StartAsync(bed.NewFolder("subscriptions"));
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Parallel).Select(_ => SubscribeAsync(product, receiver.Url)));
        await bed.Output.WriteLineAsync($"  {Count:N0} subscriptions stored in {clock.Elapsed.TotalSeconds:N0} s");
        receiver.Seen = OnReceived;
        string[] accounts = [.. bed.Draw.InOrder(0, Crossings).Select(AccountDraw.Id)];
        var before = await product.ProcessedAsync();
        await product.PostAsync("/v1/events", accounts.Select(account => Event(account, "usage.login")));
        await product.WaitProcessedAsync(before + accounts.Length);
        await CrossAsync(product, accounts);
        double[] sorted = [.. _milliseconds.Order()];
        sheet.Add(ScaleFigure.Subscribed50, "ms", sorted.Length == 0 ? double.NaN : Statistics.Percentile(sorted, 0.5));
        sheet.Add(ScaleFigure.Subscribed99, "ms", sorted.Length == 0 ? double.NaN : Statistics.Percentile(sorted, 0.99));
        await bed.Output.WriteLineAsync($"  {sorted.Length} of {accounts.Length} accounts had a webhook, {receiver.Received:N0} in all");
    }

    private async Task SubscribeAsync(Product product, Uri url)
    {
        for (var number = 0; number < Count / Parallel; number++)
        {
            string[] accounts = [.. bed.Draw.Watched(Watched).Select(AccountDraw.Id)];
            await product.PostAsync("/v1/webhooks", new { url, eventTypes = EventTypes, filter = new { accounts } });
        }
    }

    private async Task CrossAsync(Product product, string[] accounts)
    {
        var clock = Stopwatch.StartNew();
        for (var number = 0; number < accounts.Length; number++)
        {
            var wait = TimeSpan.FromSeconds((double)number / PerSecond) - clock.Elapsed;
            if (wait > TimeSpan.Zero) await Task.Delay(wait);
            _postedAt[accounts[number]] = Stopwatch.GetTimestamp();
            await product.PostAsync("/v1/events", new[] { Event(accounts[number], "relationship.champion_left") });
        }

        var patience = Stopwatch.StartNew();
        while (!_postedAt.IsEmpty && patience.Elapsed < TimeSpan.FromSeconds(30)) await Task.Delay(20);
    }

    private static object Event(string account, string type) => new { id = $"{account}-{type}", type, accountId = account };

    private void OnReceived(ReadOnlySequence<byte> body)
    {
        var received = Stopwatch.GetTimestamp();
        var reader = new Utf8JsonReader(body);
        using var message = JsonDocument.ParseValue(ref reader);
        var account = message.RootElement.GetProperty("data").GetProperty("accountId").GetString()!;
        if (_postedAt.TryRemove(account, out var posted)) _milliseconds.Add(Stopwatch.GetElapsedTime(posted, received).TotalMilliseconds);
    }
}
