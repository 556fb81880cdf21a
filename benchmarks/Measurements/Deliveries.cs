using System.Diagnostics;
using HealthApi.Benchmarks.Hosts;
using HealthApi.Benchmarks.Reporting;

namespace HealthApi.Benchmarks.Measurements;

/// <summary>How many webhooks a second get through when many are due at once, and how many a bare loop sends to the same receiver.</summary>
internal sealed class Deliveries(TestBed bed) : IMeasurement
{
    private const int MessagesPerAccount = 2, Chunk = 500;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly string[] EventTypes = ["churn_risk.threshold_crossed"];

    private Receiver? _receiver;
    private Product? _product;
    private string _subscription = "";

    public string Group => Groups.Deliveries;

    private int Count => bed.Options.Deliveries;

    /// <summary>Every account crosses two bounds of risk, so that its two messages are there to be sent again and again.</summary>
    public async Task WarmUpAsync()
    {
        (_receiver, _product) = (await Receiver.StartAsync(), await bed.EmbeddedAsync());
        _subscription = (await _product.PostAsync("/v1/webhooks", new { url = _receiver.Url, eventTypes = EventTypes })).GetProperty("id").GetString()!;
        await PostAsync("usage.login");
        await PostAsync("relationship.champion_left");
        await _receiver.WaitForAsync(Count, Patience);
        await SignedPosts.RunAsync(_receiver.Url, Count);
    }

    public async Task MeasureAsync(FigureSheet sheet)
    {
        sheet.Add(Figure.PlainPosts, "/s", Count / await SignedPosts.RunAsync(_receiver!.Url, Count));
        var before = _receiver.Received;
        var clock = Stopwatch.StartNew();
        await _product!.PostAsync($"/v1/webhooks/{_subscription}/replay", new { since = DateTimeOffset.UtcNow.AddDays(-1), status = "delivered" });
        await _receiver.WaitForAsync(before + Count, Patience);
        sheet.Add(Figure.Delivered, "/s", Count / clock.Elapsed.TotalSeconds);
    }

    private async Task PostAsync(string type)
    {
        var before = await _product!.ProcessedAsync();
        foreach (var chunk in Enumerable.Range(0, Count / MessagesPerAccount).Chunk(Chunk))
            await _product.PostAsync("/v1/events", chunk.Select(number => new { id = $"{type}-{number}", type, accountId = $"delivery-{number}", source = "deliveries" }));
        await _product.WaitProcessedAsync(before + (Count / MessagesPerAccount));
    }
}
