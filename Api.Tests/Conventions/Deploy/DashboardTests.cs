using System.Diagnostics.Metrics;
using System.Reflection;
using System.Text.RegularExpressions;
using HealthApi.Api.Tests.Support.Data;
using HealthApi.Infrastructure.Telemetry;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Conventions.Deploy;

/// <summary>The dashboard queries exactly the metrics that the service has.</summary>
internal sealed partial class DashboardTests
{
    [Test]
    public void The_dashboard_shows_every_metric_of_the_service_and_no_other()
    {
        var queried = Dashboard.Targets.SelectMany(target => Metric().Matches(target.Query)).Select(match => match.Value).Distinct();
        Assert.That(queried, Is.EquivalentTo(Instruments().Select(PrometheusName)));
    }

    private static IEnumerable<Instrument> Instruments() => typeof(HealthTelemetry).GetProperties(BindingFlags.Public | BindingFlags.Static)
        .Select(property => property.GetValue(null)).OfType<Instrument>();

    /// <summary>The name that the collector's Prometheus exporter gives: with underscores, the unit, and the suffix of counters.</summary>
    private static string PrometheusName(Instrument instrument) =>
        instrument.Name.Replace('.', '_') + (instrument.Unit == "s" ? "_seconds" : "") + (instrument is Counter<long> ? "_total" : "");

    [GeneratedRegex(@"healthapi_[a-z_]+?(?=_bucket|\b)")]
    private static partial Regex Metric();
}
