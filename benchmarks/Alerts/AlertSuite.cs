namespace HealthApi.Benchmarks.Alerts;

/// <summary>The command <c>alerts</c>: one row for each life, one column for each rate, rated against the goals.</summary>
internal static class AlertSuite
{
    private const int Accounts = 150, QuickAccounts = 20;

    public static void Run(int seed, bool quick, TextWriter output)
    {
        var accounts = quick ? QuickAccounts : Accounts;
        output.WriteLine($"{accounts} accounts each, {UsageStory.Days} days after {UsageStory.Before} days of history, seed {seed}");
        foreach (var row in ShiftRow.All)
        {
            output.WriteLine();
            output.WriteLine(row.Says);
            for (var column = 0; column < UsageRate.All.Count; column++)
            {
                var rate = UsageRate.All[column];
                var first = seed + (column * accounts);
                var lives = Enumerable.Range(first, accounts).AsParallel().AsOrdered()
                    .Select(one => WatchedAccount.Play(row.Story, rate, one)).ToList();
                output.WriteLine($"  {rate,-16} {row.Line(lives, column)}");
            }
        }
    }
}
