using System.Diagnostics;
using System.Net.Http.Json;
using HealthApi.Benchmarks.Hosts;
using HealthApi.Benchmarks.Reporting;

namespace HealthApi.Benchmarks.Measurements;

/// <summary>
/// How many webhooks per second are delivered when many are due at once, and how many a bare loop sends to the same receiver. The messages
/// are decided while the subscription is disabled, and all are queued when it is enabled; the time of that is a figure of its own.
/// </summary>
internal sealed class Deliveries(TestBed bed) : IMeasurement
{
    private const int MessagesPerAccount = 2, Chunk = 500;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly string[] EventTypes = ["churn_risk.threshold_crossed"];

    private Receiver? _receiver;
    private Product? _product;
    private string _subscription = "";
    private int _accounts;

    public string Group => Groups.Deliveries;

    private int Count => bed.Options.Deliveries;

    public async Task WarmUpAsync()
    {
        (_receiver, _product) = (await Receiver.StartAsync(), await bed.EmbeddedAsync());
        _subscription = (await _product.PostAsync("/v1/webhooks", new { url = _receiver.Url, eventTypes = EventTypes })).GetProperty("id")
            .GetString()!;
        var since = DateTimeOffset.UtcNow;
        await CauseMessagesAsync();
        await EnableAsync();
        await _receiver.WaitForAsync(Count, Patience);
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < bed.Options.WarmUp;)
        {
            await SignedPosts.RunAsync(_receiver.Url, Count);
            var before = _receiver.Received;
            var again = await _product.PostAsync($"/v1/webhooks/{_subscription}/replay", new { since, status = "delivered" });
            await _receiver.WaitForAsync(before + again.GetProperty("queued").GetInt64(), Patience);
        }
    }

    public async Task MeasureAsync(FigureSheet sheet)
    {
        await RateAsync(sheet, Figure.PlainPosts, () => SignedPosts.RunAsync(_receiver!.Url, Count), () => Environment.CpuUsage.TotalTime);
        await CauseMessagesAsync();
        var before = _receiver!.Received;
        await RateAsync(sheet, Figure.Enabled, EnableAsync, () => _product!.Process.ProcessorTime);
        await RateAsync(
            sheet, Figure.Delivered, () => _receiver.WaitForAsync(before + Count, Patience), () => _product!.Process.ProcessorTime);
    }

    private async Task RateAsync(FigureSheet sheet, string figure, Func<Task> send, Func<TimeSpan> processorTime)
    {
        var (clock, before) = (Stopwatch.StartNew(), processorTime());
        await send();
        sheet.AddRate(figure, Count / clock.Elapsed.TotalSeconds, processorTime() - before, Count);
    }

    /// <summary>Makes the churn risk of new accounts cross two bounds each, while the subscription is disabled.</summary>
    private async Task CauseMessagesAsync()
    {
        using var off = await _product!.Client.PatchAsJsonAsync($"/v1/webhooks/{_subscription}", new { enabled = false });
        off.EnsureSuccessStatusCode();
        var first = _accounts;
        _accounts += Count / MessagesPerAccount;
        foreach (var type in new[] { "usage.login", "relationship.champion_left" }) await PostAsync(type, first);
    }

    private Task EnableAsync() => _product!.PostAsync($"/v1/webhooks/{_subscription}/enable", new { held = "all" });

    private async Task PostAsync(string type, int first)
    {
        var before = await _product!.ProcessedAsync();
        foreach (var chunk in Enumerable.Range(first, Count / MessagesPerAccount).Chunk(Chunk))
        {
            await _product.PostAsync(
                "/v1/events",
                chunk.Select(number => new { id = $"{type}-{number}", type, accountId = $"delivery-{number}", source = "deliveries" }));
        }

        await _product.WaitProcessedAsync(before + (Count / MessagesPerAccount));
    }
}
