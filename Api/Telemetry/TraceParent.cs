using System.Diagnostics;

namespace HealthApi.Api.Telemetry;

/// <summary>The trace of the current request.</summary>
internal static class TraceParent
{
    /// <summary>The <c>traceparent</c> (W3C Trace Context) for the events and messages of the request; null without a trace.</summary>
    public static string? Current => Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null;
}
