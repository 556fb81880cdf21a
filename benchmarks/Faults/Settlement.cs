using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace HealthApi.Benchmarks.Faults;

/// <summary>
/// Lets a service drain after a fault and compares the ledger with the events applied, the events counted and the webhooks received.
/// </summary>
internal static class Settlement
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100), Patience = TimeSpan.FromMinutes(3);

    /// <summary>Returns the row's result; the service must be running.</summary>
    /// <param name="scene">The scene of the row.</param>
    /// <param name="extra">The row's own figures.</param>
    /// <param name="withheld">The number of crossings decided without a webhook, by design; all others must arrive.</param>
    public static async Task<FaultResult> OfAsync(Scene scene, string extra = "", long withheld = 0)
    {
        await DrainAsync(scene);
        var drained = Stopwatch.GetElapsedTime(Math.Min(scene.Ledger.FaultEnded, Stopwatch.GetTimestamp())).TotalSeconds;
        var (missing, once) = Compare(scene.Ledger.Acknowledged, scene.Applied.Ids());
        var (uncounted, twice) = await CompareFiguresAsync(scene);
        var unreceived = await UnreceivedAsync(scene, withheld);
        return new FaultResult
        {
            Acknowledged = scene.Ledger.Count,
            AppliedOnce = once - twice,
            Missing = missing + uncounted + unreceived,
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
        yield return $"{crossings - withheld:N0} crossings received once";
        if (withheld > 0) yield return $"{withheld:N0} withheld";
    }

    /// <summary>Waits until a condition holds; returns the seconds that this took.</summary>
    public static async Task<double> UntilAsync(Func<Task<bool>> holds, TimeSpan? patience = null)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            if (Stopwatch.GetElapsedTime(began) > (patience ?? Patience)) throw new TimeoutException("The awaited condition did not occur in time.");
            await Task.Delay(Between);
        }

        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>The service's balance once nothing is pending: accepted events minus all of their results.</summary>
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
    /// Compares the logins in the log with those counted in the account's figures: each must be counted once. Events that were not
    /// acknowledged may still arrive; then it compares again.
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
    /// How many crossings have not arrived although they should have, or have arrived although they should not: every queued message must
    /// arrive, and exactly the withheld crossings have no message.
    /// </summary>
    private static async Task<long> UnreceivedAsync(Scene scene, long withheld)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            var (crossings, queued) = (scene.Applied.Crossings(), scene.Applied.QueuedCrossings());
            var late = queued.Count(crossing => !scene.ReceivedWebhooks.Knows(crossing));
            var without = crossings.Count(crossing => !queued.Contains(crossing) && !scene.ReceivedWebhooks.Knows(crossing));
            var unreceived = late + Math.Abs(without - withheld);
            if (unreceived == 0 || Stopwatch.GetElapsedTime(began) > Patience) return unreceived;
            await Task.Delay(Between);
        }
    }
}
