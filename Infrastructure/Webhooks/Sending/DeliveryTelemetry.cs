using System.Diagnostics;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Telemetry;

namespace HealthApi.Infrastructure.Webhooks.Sending;

/// <summary>Traces and counts the attempts to deliver a webhook.</summary>
internal static class DeliveryTelemetry
{
    private static readonly Dictionary<DeliveryOutcome, string> Results =
        Enum.GetValues<DeliveryOutcome>().ToDictionary(outcome => outcome, outcome => outcome.ToString().ToLowerInvariant());

    /// <summary>
    /// Begins the activity of an attempt, in the trace of the request that caused its message. Null where there is no listener.
    /// </summary>
    /// <param name="trace">The trace context that the message carries, if any.</param>
    /// <param name="messageId">The id of the message, the same for all attempts.</param>
    public static Activity? Begin(string? trace, string messageId)
    {
        if (!HealthTelemetry.Activities.HasListeners()) return null;
        _ = ActivityContext.TryParse(trace, null, isRemote: true, out var parent);
        return HealthTelemetry.Activities.StartActivity("deliver webhook", ActivityKind.Client, parent)?.SetTag(
            "messaging.message.id", messageId);
    }

    public static void Count(DeliveryAttempt attempt)
    {
        var result = new KeyValuePair<string, object?>("result", Results[attempt.Outcome]);
        HealthTelemetry.Deliveries.Add(1, result);
        HealthTelemetry.DeliveryDuration.Record(attempt.Duration.TotalSeconds, result);
    }

    /// <summary>Writes the result of the attempt, but neither the address nor the answer.</summary>
    public static void End(Activity? activity, DeliveryAttempt attempt)
    {
        if (activity is null) return;
        activity.SetTag("http.response.status_code", attempt.Status).SetTag("healthapi.result", Results[attempt.Outcome]);
        if (attempt.Outcome != DeliveryOutcome.Delivered) activity.SetStatus(ActivityStatusCode.Error);
    }
}
