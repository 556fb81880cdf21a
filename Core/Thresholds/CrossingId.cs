using HealthApi.Core.Primitives;

namespace HealthApi.Core.Thresholds;

/// <summary>
/// Ids of crossings, derived from content: the same decision always has the same id, whichever process takes it and however often.
/// </summary>
public static class CrossingId
{
    /// <summary>
    /// The id of the <paramref name="ordinal"/>-th crossing of a threshold by an account. <paramref name="accountSince"/> tells an account
    /// from an erased one of the same id, so that receivers do not take its crossings for old ones.
    /// </summary>
    public static string Of(string accountId, DateTimeOffset accountSince, string threshold, int ordinal, CrossingDirection direction) =>
        DerivedId.Of("crs_", $"{accountId}\n{accountSince.ToMicroseconds()}\n{threshold}\n{ordinal}\n{direction}");
}
