using HealthApi.Api.Tests.Support.Broker;

namespace HealthApi.Benchmarks.Faults.Rows;

/// <summary>The link to the broker is half open, slow or cut.</summary>
internal static class LinkRows
{
    public static IEnumerable<FaultRow> All { get; } =
    [
        new("9", "link to the broker half open", bed => OverAsync(bed, HalfOpenAsync)),
        new("9b", "link to the broker slow", bed => OverAsync(bed, SlowAsync)),
        new("9c", "link to the broker cut again and again", bed => OverAsync(bed, CutAsync)),
    ];

    private static async Task<FaultResult> OverAsync(FaultBed bed, Func<FaultBed, Scene, LinkProxy, Task<string>> fault)
    {
        var uri = new UriBuilder(bed.Broker.NewUri());
        await using var link = new LinkProxy(uri.Port);
        uri.Port = link.Port;
        var extra = "";
        return await BrokerRows.DuringAsync(
            bed, async scene => extra = await fault(bed, scene, link), _ => extra, FaultBed.OverBroker(uri.Uri.AbsoluteUri));
    }

    private static async Task<string> HalfOpenAsync(FaultBed bed, Scene scene, LinkProxy link)
    {
        link.State = LinkState.Silent;
        var detected = await Settlement.UntilAsync(async () => await scene.StatusAsync() == "degraded");
        await Task.Delay(bed.Seconds(30, 5));
        scene.Ledger.FaultEnds();
        link.Cut();
        link.State = LinkState.Good;
        return $"detected within {detected:N1} s, reconnected within {await BrokerRows.ReadyAsync(scene):N1} s";
    }

    private static async Task<string> SlowAsync(FaultBed bed, Scene scene, LinkProxy link)
    {
        link.State = LinkState.Slow;
        await Task.Delay(bed.Seconds(15, 4));
        scene.Ledger.FaultEnds();
        link.State = LinkState.Good;
        return $"100 ms a packet each way, ready {await BrokerRows.ReadyAsync(scene):N1} s after";
    }

    private static async Task<string> CutAsync(FaultBed bed, Scene scene, LinkProxy link)
    {
        var (cuts, longest) = (bed.Times(10, 2), 0.0);
        for (var cut = 0; cut < cuts; cut++)
        {
            link.Cut();
            longest = Math.Max(longest, await BrokerRows.ReadyAsync(scene));
            await Task.Delay(TimeSpan.FromSeconds(1));
        }

        return $"{cuts} cuts, reconnected within {longest:N1} s";
    }
}
