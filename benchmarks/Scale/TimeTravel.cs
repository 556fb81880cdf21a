using System.Diagnostics;
using System.Globalization;
using System.Net;
using HealthApi.Benchmarks.Hosts;
using HealthApi.Benchmarks.Reporting;

namespace HealthApi.Benchmarks.Scale;

/// <summary>
/// Reads the past of an account with 85,000 events over a year: its health at an instant, and the changes between two (R15).
/// </summary>
internal sealed class TimeTravel(ScaleBed bed) : IScaleMeasurement
{
    private const string Account = "long-past";

    private const int Events = 85_000, Days = 365;

    private readonly Random _random = new(15);

    public string Group => ScaleGroups.Past;

    public bool EachRound => false;

    private int Requests => bed.Options.Quick ? 20 : 200;

    public async Task MeasureAsync(FigureSheet sheet)
    {
        var product = await bed.ProductAsync();
        await FillAsync(product);
        await RunAsync(product, HealthPath, 3);
        Add(sheet, ScaleFigure.HealthAt50, ScaleFigure.HealthAt99, await RunAsync(product, HealthPath, Requests));
        Add(sheet, ScaleFigure.Changes50, ScaleFigure.Changes99, await RunAsync(product, ChangesPath, Requests));
    }

    private static async Task FillAsync(Product product)
    {
        using var known = await product.Client.GetAsync($"/v1/accounts/{Account}");
        if (known.StatusCode != HttpStatusCode.NotFound) return;
        var (random, start) = (new Random(16), DateTimeOffset.UtcNow.AddDays(-Days));
        var events = Enumerable.Range(0, Events).Select(number => EventBody.Json(
            $"past-{number}", "usage.feature_used", Account, start.AddDays((double)Days * number / Events),
            $"\"userId\":\"user-{random.Next(100)}\",\"feature\":\"feature-{random.Next(12)}\",\"quantity\":3"));
        await EventBody.PostAsync(product, EventBody.Chunks(events), Events);
    }

    private static void Add(FigureSheet sheet, string median, string highest, double[] sorted)
    {
        sheet.Add(median, "ms", Statistics.Percentile(sorted, 0.5));
        sheet.Add(highest, "ms", Statistics.Percentile(sorted, 0.99));
    }

    private static async Task<double[]> RunAsync(Product product, Func<string> path, int requests)
    {
        var milliseconds = new List<double>(requests);
        for (var (number, clock) = (0, Stopwatch.StartNew()); number < requests && clock.Elapsed < TimeSpan.FromMinutes(2); number++)
        {
            var began = Stopwatch.GetTimestamp();
            using var answer = await product.Client.GetAsync(path());
            await answer.Content.ReadAsByteArrayAsync();
            milliseconds.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            answer.EnsureSuccessStatusCode();
        }

        return [.. milliseconds.Order()];
    }

    private string HealthPath() => $"/v1/accounts/{Account}/health?at={Moment(0, Days - 10)}";

    private string ChangesPath() => $"/v1/accounts/{Account}/health/changes?from={Moment(180, Days - 10)}&to={Moment(0, 179)}";

    /// <summary>A random instant between two numbers of days ago.</summary>
    private string Moment(double latest, double earliest) =>
        DateTimeOffset.UtcNow.AddDays(-latest - (_random.NextDouble() * (earliest - latest)))
            .ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
