using HealthApi.Core.Accounts;
using HealthApi.Core.Primitives;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>
/// The effective terms as the columns of <c>accounts</c> hold them for listings: money to four decimals, instants to the microsecond.
/// </summary>
public readonly record struct ListedTerms(
    decimal? Arr, decimal? Mrr, string Currency, int? Licences, DateTimeOffset? RenewalDate, DateTimeOffset? ChurnedAt)
{
    /// <summary>The value of <c>terms_version</c> in rows that this version of the service has written.</summary>
    public const long Version = 1;

    private const int MoneyDecimals = 4;

    /// <param name="effective">The account with the terms that billing events state.</param>
    public static ListedTerms Of(Account effective) => new(
        Rounded(effective.Arr),
        Rounded(effective.Mrr),
        effective.Currency,
        effective.Licences,
        Truncated(effective.RenewalDate),
        Truncated(effective.ChurnedAt));

    private static decimal? Rounded(decimal? money) => money is { } amount ? decimal.Round(amount, MoneyDecimals) : null;

    private static DateTimeOffset? Truncated(DateTimeOffset? time) => time is { } instant ? Instant.Truncate(instant) : null;
}
