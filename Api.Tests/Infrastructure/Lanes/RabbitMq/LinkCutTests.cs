using System.Diagnostics;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Broker;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Lanes.RabbitMq;

/// <summary>
/// The link to the broker is cut at random moments, also while the consumers reconnect: every lane is consumed again.
/// </summary>
internal sealed class LinkCutTests
{
    /// <summary>Slightly fewer bytes than the connections of the rig exchange with the broker until all consumers are back.</summary>
    private const int MostBytes = 7_000;

    private const int Cuts = 8;

    /// <summary>A cut that leaves the consumers waiting for <c>ConsumerWatch</c> is followed by the next one all the same.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    [Test]
    public async Task Every_lane_is_consumed_again_however_often_the_link_is_cut()
    {
        var uri = new UriBuilder(RabbitMqBroker.Shared.NewUri());
        await using var link = new LinkProxy(uri.Port);
        uri.Port = link.Port;
        await using var rig = new LaneRig(uri.Uri.AbsoluteUri);
        await rig.Transport.StartAsync(CancellationToken.None);
        var applied = new AppliedEvents();
        await rig.StartWorkerAsync(applied.Handler);
        await rig.UntilReachableAsync();

        var random = new Random(9);
        for (var cut = 0; cut < Cuts; cut++)
        {
            link.Cut();
            var until = link.Carried + random.Next(MostBytes);
            var waiting = Stopwatch.StartNew();
            await Eventually.TrueAsync(() => link.Carried >= until || waiting.Elapsed > LongestWait, "the next cut is due");
        }

        await rig.UntilReachableAsync();
        foreach (var lane in Enumerable.Range(0, LaneRig.Lanes)) await rig.AppendAsync(lane, lane);
        await Eventually.GetAsync(
            async () => Enumerable.Range(0, LaneRig.Lanes).Except(applied.All).Except(await rig.SpilledAsync()).Count(),
            missing => missing == 0,
            "every lane's batch is applied");
    }
}
