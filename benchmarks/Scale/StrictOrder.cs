using System.Diagnostics;
using System.Net.Http.Json;
using HealthApi.Benchmarks.Hosts;
using HealthApi.Benchmarks.Reporting;

namespace HealthApi.Benchmarks.Scale;

/// <summary>
/// 100,000 messages become due at once, first for a plain subscription, then for one in strict order; meanwhile another writer writes
/// (R17). Uses a database of its own.
/// </summary>
internal sealed class StrictOrder(ScaleBed bed) : IScaleMeasurement
{
    private const int Chunk = 500;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static readonly string[] EventTypes = ["churn_risk.threshold_crossed"];

    public string Group => ScaleGroups.Strict;

    public bool EachRound => false;

    private int Count => bed.Options.Quick ? 4_000 : 100_000;

    public async Task MeasureAsync(FigureSheet sheet)
    {
        await bed.StopAsync();
        await using var product = await bed.StartAsync(bed.NewFolder("strict"));
        await using var receiver = await Receiver.StartAsync();
        var (plain, strict) = (await SubscribeAsync(product, receiver, false), await SubscribeAsync(product, receiver, true));
        foreach (var type in new[] { "usage.login", "relationship.champion_left" }) await PostAsync(product, type);
        await WriterProbe.IdleAsync(sheet, product);
        await DeliverAsync(sheet, product, receiver, plain, ScaleFigure.PlainOrder, ScaleFigure.PlainWrite);
        await DeliverAsync(sheet, product, receiver, strict, ScaleFigure.StrictOrder, ScaleFigure.StrictWrite);
    }

    private static async Task<string> SubscribeAsync(Product product, Receiver receiver, bool strictOrder)
    {
        var made = await product.PostAsync("/v1/webhooks", new { url = receiver.Url, eventTypes = EventTypes, strictOrder });
        var id = made.GetProperty("id").GetString()!;
        using var off = await product.Client.PatchAsJsonAsync($"/v1/webhooks/{id}", new { enabled = false });
        off.EnsureSuccessStatusCode();
        return id;
    }

    private async Task PostAsync(Product product, string type)
    {
        var before = await product.ProcessedAsync();
        foreach (var chunk in Enumerable.Range(0, Count).Chunk(Chunk))
        {
            await product.PostAsync(
                "/v1/events", chunk.Select(number => new { id = $"{type}-{number}", type, accountId = AccountDraw.Id(number) }));
        }

        await product.WaitProcessedAsync(before + Count, Patience);
    }

    private async Task DeliverAsync(
        FigureSheet sheet, Product product, Receiver receiver, string subscription, string rate, string write)
    {
        var (before, clock, processor) = (receiver.Received, Stopwatch.StartNew(), product.Process.ProcessorTime);
        await WriterProbe.AroundAsync(sheet, write, product, async () =>
        {
            await product.PostAsync($"/v1/webhooks/{subscription}/enable", new { held = "all" });
            await receiver.WaitForAsync(before + Count, Patience);
        });
        sheet.AddRate(rate, Count / clock.Elapsed.TotalSeconds, product.Process.ProcessorTime - processor, Count);
    }
}
