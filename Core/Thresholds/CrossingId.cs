using System.Security.Cryptography;
using System.Text;

namespace HealthApi.Core.Thresholds;

/// <summary>Ids derived from content: the same decision always has the same id, whichever process takes it and however often.</summary>
public static class CrossingId
{
    private const int HashCharacters = 32;

    /// <summary>
    /// The id of the <paramref name="ordinal"/>-th crossing of a threshold by an account. <paramref name="accountSince"/> tells an account
    /// from an erased one of the same id, so that receivers do not take its crossings for old ones.
    /// </summary>
    public static string Of(string accountId, DateTimeOffset accountSince, string threshold, int ordinal, CrossingDirection direction) =>
        Derive("crs_", $"{accountId}\n{accountSince.ToMicroseconds()}\n{threshold}\n{ordinal}\n{direction}");

    /// <summary>An id with a prefix, from any text.</summary>
    public static string Derive(string prefix, string content) =>
        prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))[..HashCharacters];
}
