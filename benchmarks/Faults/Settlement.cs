using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace HealthApi.Benchmarks.Faults;

/// <summary>Lets a service drain after a fault and compares the ledger with what it applied, what it counted and what it told.</summary>
internal static class Settlement
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100), Patience = TimeSpan.FromMinutes(3);

    /// <summary>The row's result; the service must be running.</summary>
    /// <param name="scene">What ran.</param>
    /// <param name="extra">The row's own figures.</param>
    /// <param name="withheld">Crossings that were decided without a webhook, by design; all others have to arrive.</param>
    public static async Task<FaultResult> OfAsync(Scene scene, string extra = "", long withheld = 0)
    {
        await DrainAsync(scene);
        var drained = Stopwatch.GetElapsedTime(Math.Min(scene.Ledger.FaultEnded, Stopwatch.GetTimestamp())).TotalSeconds;
        var (missing, once) = Compare(scene.Ledger.Acknowledged, scene.Applied.Ids());
        var (uncounted, twice) = await CompareFiguresAsync(scene);
        var untold = await UntoldAsync(scene, withheld);
        return new FaultResult
        {
            Acknowledged = scene.Ledger.Count,
            AppliedOnce = once - twice,
            Missing = missing + uncounted + untold,
            Twice = twice + scene.ReceivedWebhooks.Twice,
            P99 = scene.Ledger.P99(),
            DrainSeconds = drained,
            Balance = await BalanceAsync(scene),
            Extra = string.Join(", ", Extras(extra, scene.Applied.Crossings().Count, withheld)),
        };
    }

    private static IEnumerable<string> Extras(string extra, int crossings, long withheld)
    {
        if (extra.Length > 0) yield return extra;
        yield return $"{crossings - withheld:N0} crossings told once";
        if (withheld > 0) yield return $"{withheld:N0} withheld";
    }

    /// <summary>Waits until a condition holds; says how long that took, in seconds.</summary>
    public static async Task<double> UntilAsync(Func<Task<bool>> holds, TimeSpan? patience = null)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            if (Stopwatch.GetElapsedTime(began) > (patience ?? Patience)) throw new TimeoutException("It does not come back.");
            await Task.Delay(Between);
        }

        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>What is left of the accepted events when all that became something is taken off, once nothing is pending.</summary>
    private static async Task<long> BalanceAsync(Scene scene)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            var stats = await scene.StatsAsync();
            if (stats.GetProperty("pending").GetInt64() == 0 || Stopwatch.GetElapsedTime(began) > Patience)
                return stats.GetProperty("balance").GetInt64() + stats.GetProperty("pending").GetInt64();
            await Task.Delay(Between);
        }
    }

    private static async Task DrainAsync(Scene scene)
    {
        var (began, distinct) = (Stopwatch.GetTimestamp(), scene.Ledger.Acknowledged.Distinct().Count());
        while (
            scene.Applied.Events() < distinct || scene.Applied.Waiting() > 0
            || Compare(scene.Ledger.Acknowledged, scene.Applied.Ids()).Missing > 0)
        {
            if (Stopwatch.GetElapsedTime(began) > Patience) return;
            await Task.Delay(Between);
        }
    }

    private static (long Missing, long Once) Compare(IReadOnlyCollection<string> acknowledged, HashSet<string> applied)
    {
        var missing = acknowledged.Distinct().Count(id => !applied.Contains(id));
        return (missing, acknowledged.Distinct().Count() - missing);
    }

    /// <summary>
    /// Each login in the log is counted once in its account's figures, no more and no less. What was not acknowledged may still come in:
    /// then it is compared again.
    /// </summary>
    private static async Task<(long Uncounted, long Twice)> CompareFiguresAsync(Scene scene)
    {
        while (true)
        {
            var before = scene.Applied.Events();
            var compared = await CompareFiguresAsync(scene, scene.Applied.Logins());
            if (scene.Applied.Events() == before) return compared;
            await Task.Delay(Between);
        }
    }

    private static async Task<(long Uncounted, long Twice)> CompareFiguresAsync(Scene scene, Dictionary<string, long> logins)
    {
        var (uncounted, twice) = (0L, 0L);
        foreach (var (account, logged) in logins)
        {
            var signals = await scene.Service.Client.GetFromJsonAsync<JsonElement>($"/v1/accounts/{account}/signals");
            var counted = (long)signals.GetProperty("signals").GetProperty("logins30").GetProperty("value").GetDouble();
            uncounted += Math.Max(0, logged - counted);
            twice += Math.Max(0, counted - logged);
        }

        return (uncounted, twice);
    }

    /// <summary>
    /// How many crossings have not arrived and should have, or have arrived and should not: a message that was queued has to arrive, and
    /// exactly the withheld
    /// crossings have none.
    /// </summary>
    private static async Task<long> UntoldAsync(Scene scene, long withheld)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            var (crossings, announced) = (scene.Applied.Crossings(), scene.Applied.AnnouncedCrossings());
            var late = announced.Count(crossing => !scene.ReceivedWebhooks.Knows(crossing));
            var quiet = crossings.Count(crossing => !announced.Contains(crossing) && !scene.ReceivedWebhooks.Knows(crossing));
            var untold = late + Math.Abs(quiet - withheld);
            if (untold == 0 || Stopwatch.GetElapsedTime(began) > Patience) return untold;
            await Task.Delay(Between);
        }
    }
}
