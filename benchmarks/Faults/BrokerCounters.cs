using System.Globalization;
using System.Text.RegularExpressions;

namespace HealthApi.Benchmarks.Faults;

/// <summary>Messages that went through the broker since it started.</summary>
internal readonly record struct BrokerCounters(long Published, long Delivered, long Redelivered)
{
    public static BrokerCounters Of(FaultBed bed)
    {
        var told = bed.Broker.Control("eval", "rabbit_global_counters:overview().");
        return new BrokerCounters(
            Sum(told, "messages_received_total"), Sum(told, "messages_delivered_total"), Sum(told, "messages_redelivered_total"));
    }

    private static long Sum(string told, string name) =>
        Regex.Matches(told, name + @"\s*=>\s*(\d+)").Sum(match => long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
}
