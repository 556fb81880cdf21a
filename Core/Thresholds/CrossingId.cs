using HealthApi.Core.Primitives;

namespace HealthApi.Core.Thresholds;

/// <summary>Ids of crossings, derived from content: the same decision has the same id in every process and at every repetition.</summary>
public static class CrossingId
{
    /// <summary>
    /// The id of the <paramref name="ordinal"/>-th crossing of a threshold by an account. <paramref name="accountSince"/> distinguishes an
    /// account from an erased one with the same id, so that receivers do not take its crossings for repetitions.
    /// </summary>
    public static string Of(string accountId, DateTimeOffset accountSince, string threshold, int ordinal, CrossingDirection direction) =>
        DerivedId.Of("crs_", $"{accountId}\n{accountSince.ToMicroseconds()}\n{threshold}\n{ordinal}\n{direction}");
}
