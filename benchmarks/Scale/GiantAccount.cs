using System.Diagnostics;
using Dapper;
using HealthApi.Benchmarks.Hosts;
using HealthApi.Benchmarks.Reporting;

namespace HealthApi.Benchmarks.Scale;

/// <summary>
/// An account with 100,000 users a month, two million events, 100,000 feature names and 50,000 tickets: its rate beside that of small
/// accounts, alone and with one event of a hundred among theirs, then a late event of 300 days ago (R7c). Uses a database of its own;
/// <c>--share</c> makes all four numbers smaller.
/// </summary>
internal sealed class GiantAccount(ScaleBed bed) : IScaleMeasurement
{
    private const string Giant = "giant";

    private const int Users = 100_000, Events = 2_000_000, Features = 100_000, Tickets = 50_000,
        Days = 330, Measured = 20_000, Small = 1_000, GiantOf = 100;

    private const string Restating =
        "SELECT (SELECT COUNT(*) FROM account_states WHERE restate_from IS NOT NULL) + (SELECT COUNT(*) FROM account_restatements)";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10), Between = TimeSpan.FromMilliseconds(20);

    private readonly Random _random = new(9);
    private long _sequence;

    public string Group => ScaleGroups.Giant;

    public bool EachRound => false;

    public async Task MeasureAsync(FigureSheet sheet)
    {
        await bed.StopAsync();
        var folder = bed.NewFolder("giant");
        await using var product = await bed.StartAsync(folder);
        var (events, start) = (Of(Events), DateTimeOffset.UtcNow.AddDays(-Days));
        var clock = Stopwatch.StartNew();
        var past = Enumerable.Range(0, events).Select(number => Event(Giant, start.AddDays((double)Days * number / events)));
        await EventBody.PostAsync(product, EventBody.Chunks(past), events);
        await bed.Output.WriteLineAsync($"  {events:N0} events of one account in {clock.Elapsed.TotalSeconds:N0} s");
        for (var round = 0; round < bed.Options.Rounds; round++)
        {
            await RateAsync(sheet, product, ScaleFigure.SmallAccounts, AnySmall);
            await RateAsync(sheet, product, ScaleFigure.GiantAccount, () => Giant);
            await RateAsync(sheet, product, ScaleFigure.GiantAmongSmall, Mixed);
        }

        await WriterProbe.IdleAsync(sheet, product);
        await LateAsync(sheet, product, Path.Combine(folder, "health.db"));
    }

    private string AnySmall() => AccountDraw.Id(_random.Next(Small));

    private string Mixed() => _random.Next(GiantOf) == 0 ? Giant : AnySmall();

    private int Of(int full) => Math.Max((int)(full * bed.Options.Share), 10);

    private async Task RateAsync(FigureSheet sheet, Product product, string figure, Func<string> account)
    {
        var count = Math.Min(Measured, Of(Events));
        byte[][] bodies = [.. EventBody.Chunks(Enumerable.Range(0, count).Select(_ => Event(account(), DateTimeOffset.UtcNow)))];
        var (clock, before) = (Stopwatch.StartNew(), product.Process.ProcessorTime);
        await EventBody.PostAsync(product, bodies, count);
        sheet.AddRate(figure, count / clock.Elapsed.TotalSeconds, product.Process.ProcessorTime - before, count);
    }

    private async Task LateAsync(FigureSheet sheet, Product product, string file)
    {
        await using var connection = DatabaseFile.Open(file);
        var before = product.Process.ResidentBytes / 1e6;
        var (memory, clock) = (new ResidentMemory(product.Process), Stopwatch.StartNew());
        await using (memory)
        {
            await WriterProbe.AroundAsync(sheet, ScaleFigure.RestatingWrite, product, async () =>
            {
                await EventBody.PostAsync(product, EventBody.Chunks([Event(Giant, DateTimeOffset.UtcNow.AddDays(-300))]), 1);
                while (await connection.ExecuteScalarAsync<long>(Restating) > 0 && clock.Elapsed < Patience) await Task.Delay(Between);
            });
        }

        sheet.Add(ScaleFigure.Restated, "s", clock.Elapsed.TotalSeconds);
        sheet.Add(ScaleFigure.RestatingMemory, "MB", memory.GreatestMegabytes - before);
    }

    private string Event(string account, DateTimeOffset at)
    {
        var number = _sequence++;
        return number % 20 == 0
            ? EventBody.Json(
                $"giant-{number}", "ticket.opened", account, at,
                $"\"ticketId\":\"ticket-{_random.Next(Of(Tickets))}\",\"priority\":\"p3\"")
            : EventBody.Json(
                $"giant-{number}", "usage.feature_used", account, at,
                $"\"userId\":\"user-{_random.Next(Of(Users))}\",\"feature\":\"feature-{_random.Next(Of(Features))}\",\"quantity\":2");
    }
}
