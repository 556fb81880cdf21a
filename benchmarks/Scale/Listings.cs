using System.Diagnostics;
using System.Text.Json;
using HealthApi.Benchmarks.Hosts;
using HealthApi.Benchmarks.Reporting;

namespace HealthApi.Benchmarks.Scale;

/// <summary>
/// Pages of the listing with each filter, each sort and combinations of two: the first page several times, then up to twenty pages by
/// cursor. Prints the slowest queries (R14).
/// </summary>
internal sealed class Listings(ScaleBed bed) : IScaleMeasurement
{
    private const int Pages = 20, MostOfFirst = 8, LeastOfFirst = 3, Shown = 15;

    private readonly List<Walk> _walks = [];

    public string Group => ScaleGroups.Listing;

    public bool EachRound => false;

    private TimeSpan Budget => TimeSpan.FromSeconds(bed.Options.Quick ? 0.3 : 0.8);

    public async Task MeasureAsync(FigureSheet sheet)
    {
        await new Describing(bed).DescribeAsync();
        var product = await bed.ProductAsync();
        await WalkAsync(product, "sort=id");
        foreach (var query in ListingQueries.Single.Concat(bed.Options.Quick ? [] : ListingQueries.Pairs))
            _walks.Add(await WalkAsync(product, query));
        Add(sheet, ScaleFigure.FirstPage50, 0.5, _walks.SelectMany(walk => walk.First));
        Add(sheet, ScaleFigure.FirstPage99, 0.99, _walks.SelectMany(walk => walk.First));
        Add(sheet, ScaleFigure.LaterPage50, 0.5, _walks.SelectMany(walk => walk.Later));
        Add(sheet, ScaleFigure.LaterPage99, 0.99, _walks.SelectMany(walk => walk.Later));
        Add(sheet, ScaleFigure.WorstPage, 1, _walks.Select(walk => walk.Worst));
        await bed.Output.WriteLineAsync(
            $"{_walks.Count} queries, {_walks.Count(walk => walk.Worst > 30)} of them above 30 ms; the slowest, with the medians of the first "
                + "page and of later ones:");
        foreach (var walk in _walks.OrderByDescending(walk => walk.Worst).Take(Shown))
            await bed.Output.WriteLineAsync($"  {walk.FirstMedian,8:N1} ms {walk.LaterMedian,8:N1} ms  {walk.Query}");
    }

    private static void Add(FigureSheet sheet, string figure, double share, IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length > 0) sheet.Add(figure, "ms", Statistics.Percentile(sorted, share));
    }

    private async Task<Walk> WalkAsync(Product product, string query)
    {
        var (walk, clock) = (new Walk(query), Stopwatch.StartNew());
        string? cursor = null;
        while (walk.First.Count < LeastOfFirst || (walk.First.Count < MostOfFirst && clock.Elapsed < Budget / 2))
            cursor = await PageAsync(product, query, null, walk.First);
        for (var page = 1; page < Pages && cursor is not null && (clock.Elapsed < Budget || page == 1); page++)
            cursor = await PageAsync(product, query, cursor, walk.Later);
        return walk;
    }

    private static async Task<string?> PageAsync(Product product, string query, string? cursor, List<double> milliseconds)
    {
        var began = Stopwatch.GetTimestamp();
        using var answer = await product.Client.GetAsync(
            $"/v1/accounts?{query}{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}");
        var body = await answer.Content.ReadAsByteArrayAsync();
        milliseconds.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{query} → {(int)answer.StatusCode}");
        return JsonElement.Parse(body).GetProperty("nextCursor").GetString();
    }

    private sealed record Walk(string Query)
    {
        public List<double> First { get; } = [];

        public List<double> Later { get; } = [];

        public double FirstMedian => Statistics.Median(First);

        public double LaterMedian => Later.Count == 0 ? 0 : Statistics.Median(Later);

        public double Worst => Math.Max(FirstMedian, LaterMedian);
    }
}
