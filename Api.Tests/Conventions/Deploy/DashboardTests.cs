using System.Diagnostics.Metrics;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using HealthApi.Api.Tests.Support;
using HealthApi.Infrastructure.Telemetry;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Conventions.Deploy;

/// <summary>The dashboard asks for meters that there are, and shows each of ours.</summary>
internal sealed partial class DashboardTests
{
    private static readonly string Dashboard = File.ReadAllText(Path.Combine(SourceTree.Root, "deploy", "grafana", "healthapi.json"));

    [Test]
    public void It_shows_every_meter_of_the_service_and_no_other()
    {
        var asked = JsonElement.Parse(Dashboard).GetProperty("panels").EnumerateArray().SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .SelectMany(target => Metric().Matches(target.GetProperty("expr").GetString()!)).Select(match => match.Value).Distinct();
        Assert.That(asked, Is.EquivalentTo(Instruments().Select(PrometheusName)));
    }

    private static IEnumerable<Instrument> Instruments() => typeof(HealthTelemetry).GetProperties(BindingFlags.Public | BindingFlags.Static)
        .Select(property => property.GetValue(null)).OfType<Instrument>();

    /// <summary>As the collector's Prometheus exporter spells it: underscores, the unit, and what counters end with.</summary>
    private static string PrometheusName(Instrument instrument) =>
        instrument.Name.Replace('.', '_') + (instrument.Unit == "s" ? "_seconds" : "") + (instrument is Counter<long> ? "_total" : "");

    [GeneratedRegex(@"healthapi_[a-z_]+?(?=_bucket|\b)")]
    private static partial Regex Metric();
}
