using System.Diagnostics;
using Dapper;
using HealthApi.Benchmarks.Hosts;
using HealthApi.Benchmarks.Reporting;

namespace HealthApi.Benchmarks.Scale;

/// <summary>
/// Evaluations per second of accounts that time makes due, by one, two and three worker processes on one database (R18). The due times are
/// set in the file while no service runs, and lie shortly after the start, so that all workers begin together.
/// </summary>
internal sealed class DueAccounts(ScaleBed bed) : IScaleMeasurement
{
    private const string MakeDue = """
        UPDATE account_states SET due_at = @Due WHERE account_id IN (SELECT account_id FROM account_states ORDER BY RANDOM() LIMIT @Count)
        """;

    private const string Left = "SELECT COUNT(*) FROM account_states WHERE due_at = @Due";

    private static readonly TimeSpan Starting = TimeSpan.FromSeconds(20), Between = TimeSpan.FromMilliseconds(50),
        AtMost = TimeSpan.FromSeconds(60);

    public string Group => ScaleGroups.Due;

    public bool EachRound => false;

    private int Count => Math.Min(bed.Options.Accounts, bed.Options.Quick ? 10_000 : 100_000);

    public async Task MeasureAsync(FigureSheet sheet)
    {
        for (var round = 0; round < bed.Options.Rounds; round++)
        {
            for (var workers = 1; workers <= 3; workers++)
                sheet.Add(ScaleFigure.Evaluated(workers), "/s", await RateAsync(workers));
        }

        sheet.Add(ScaleFigure.DueADay, "a day", DueTimes.OfADay(users: 100));
    }

    private async Task<double> RateAsync(int workers)
    {
        await bed.StopAsync();
        await using var connection = DatabaseFile.Open(bed.File);
        var due = DateTimeOffset.UtcNow + (workers * Starting);
        var microseconds = (due - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        await connection.ExecuteAsync(MakeDue, new { Due = microseconds, Count }, commandTimeout: 600);
        var started = new List<Product>();
        try
        {
            await bed.ProductAsync();
            for (var more = 1; more < workers; more++) started.Add(await bed.StartAsync(bed.Options.Folder, "--Roles", "worker"));
            if (due - DateTimeOffset.UtcNow is var early && early > TimeSpan.Zero) await Task.Delay(early);
            else await bed.Output.WriteLineAsync($"  {workers} workers were not ready when the accounts became due");
            return await RateAsync(() => connection.ExecuteScalarAsync<long>(Left, new { Due = microseconds }));
        }
        finally
        {
            foreach (var product in started) await product.DisposeAsync();
        }
    }

    /// <summary>The rate until all accounts are evaluated, or the time is over.</summary>
    private static async Task<double> RateAsync(Func<Task<long>> left)
    {
        var (clock, first) = (Stopwatch.StartNew(), await left());
        var last = first;
        while (last > 0 && clock.Elapsed < AtMost)
        {
            await Task.Delay(Between);
            last = await left();
        }

        return (first - last) / clock.Elapsed.TotalSeconds;
    }
}
