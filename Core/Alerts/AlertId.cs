using HealthApi.Core.Primitives;
using HealthApi.Core.Thresholds;

namespace HealthApi.Core.Alerts;

/// <summary>Ids of alerts, derived from content: the same decision has the same id in every process and at every repetition.</summary>
public static class AlertId
{
    /// <summary>
    /// The id of the <paramref name="number"/>-th alert of an account and metric. <paramref name="accountSince"/> distinguishes an account
    /// from an erased one with the same id.
    /// </summary>
    public static string Of(string accountId, DateTimeOffset accountSince, Metric metric, int number) =>
        DerivedId.Of("alt_", $"{accountId}\n{accountSince.ToMicroseconds()}\n{metric}\n{number}");
}
