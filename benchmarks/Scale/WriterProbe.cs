using System.Diagnostics;
using System.Net.Http.Json;
using HealthApi.Benchmarks.Hosts;
using HealthApi.Benchmarks.Reporting;

namespace HealthApi.Benchmarks.Scale;

/// <summary>Writes the profile of one account again and again until it is disposed, and keeps how long each write took.</summary>
internal sealed class WriterProbe(Product product) : IAsyncDisposable
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(5), Idle = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _over = new();
    private readonly List<double> _waits = [];
    private Task _writing = Task.CompletedTask;

    /// <summary>Writes during the work, and adds the longest time of a write, and the 99th percentile, to the sheet.</summary>
    public static async Task AroundAsync(FigureSheet sheet, string figure, Product product, Func<Task> work)
    {
        var probe = new WriterProbe(product);
        probe._writing = Task.Run(probe.WriteAsync);
        await using (probe) await work();
        double[] sorted = [.. probe._waits.Order()];
        sheet.Add($"{figure}, p99", "ms", Statistics.Percentile(sorted, 0.99));
        sheet.Add($"{figure}, longest", "ms", sorted[^1]);
    }

    /// <summary>The same where nothing else happens: what the machine alone makes a write wait.</summary>
    public static Task IdleAsync(FigureSheet sheet, Product product) =>
        AroundAsync(sheet, ScaleFigure.IdleWrite, product, () => Task.Delay(Idle));

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _writing;
        _over.Dispose();
    }

    private async Task WriteAsync()
    {
        while (!_over.IsCancellationRequested)
        {
            var began = Stopwatch.GetTimestamp();
            using var answer = await product.Client.PutAsJsonAsync("/v1/accounts/writer-probe", new { name = $"Written at {began}" });
            answer.EnsureSuccessStatusCode();
            _waits.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            await Task.Delay(Between);
        }
    }
}
