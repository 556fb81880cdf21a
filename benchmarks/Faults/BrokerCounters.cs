using System.Globalization;
using System.Text.RegularExpressions;

namespace HealthApi.Benchmarks.Faults;

/// <summary>The numbers of messages that went through the broker since it started.</summary>
internal readonly record struct BrokerCounters(long Published, long Delivered, long Redelivered)
{
    public static BrokerCounters Of(FaultBed bed)
    {
        var overview = bed.Broker.Control("eval", "rabbit_global_counters:overview().");
        return new BrokerCounters(
            Sum(overview, "messages_received_total"),
            Sum(overview, "messages_delivered_total"),
            Sum(overview, "messages_redelivered_total"));
    }

    private static long Sum(string overview, string name) =>
        Regex.Matches(overview, name + @"\s*=>\s*(\d+)").Sum(match => long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
}
