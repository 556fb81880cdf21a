using System.Collections.Frozen;
using System.Text.Json;
using HealthApi.Core.Accounts;
using HealthApi.Core.Input;

namespace HealthApi.Core.Integrations;

/// <summary>
/// A field of the profile that payloads can set: reads a JSON value (null if the field cannot hold it), and gets and sets the field.
/// </summary>
internal sealed record AccountFactField(Func<JsonElement, object?> Read, Func<Account, object?> Get, Func<Account, object, Account> Set);

internal static class AccountFactFields
{
    private const int LongestName = 200, MoneyDecimals = 4;
    private const decimal MostMoney = 1_000_000_000_000m;

    public static FrozenDictionary<string, AccountFactField> All { get; } = new Dictionary<string, AccountFactField>(StringComparer.Ordinal)
    {
        // The name of a bare account is its id, which counts as no name.
        ["name"] = new(
            value => Text(value, LongestName), account => account.Name == account.Id ? null : account.Name,
            (account, value) => account with { Name = (string)value }),
        ["plan"] = new(
            value => Text(value, Identifiers.MaxLength), account => account.Plan,
            (account, value) => account with { Plan = (string)value }),
        ["owner"] = new(
            value => Text(value, Identifiers.MaxLength), account => account.Owner,
            (account, value) => account with { Owner = (string)value }),
        ["currency"] = new(Currency, account => account.Currency, (account, value) => account with { Currency = (string)value }),
        ["arr"] = new(value => Money(value), account => account.Arr, (account, value) => account with { Arr = (decimal)value }),
        ["mrr"] = new(value => Money(value), account => account.Mrr, (account, value) => account with { Mrr = (decimal)value }),
        ["licences"] = new(value => Count(value), account => account.Licences, (account, value) => account with { Licences = (int)value }),
        ["customerSince"] = new(
            value => Time(value), account => account.CustomerSince,
            (account, value) => account with { CustomerSince = (DateTimeOffset)value }),
        ["renewalDate"] = new(
            value => Time(value), account => account.RenewalDate, (account, value) => account with { RenewalDate = (DateTimeOffset)value }),
    }.ToFrozenDictionary();

    private static string? Text(JsonElement value, int longest) =>
        value.Text() is { } text && Identifiers.Check("", text, longest) is null ? text : null;

    private static string? Currency(JsonElement value) =>
        value.Text()?.ToUpperInvariant() is { } code && Currencies.IsCode(code) ? code : null;

    private static decimal? Money(JsonElement value) =>
        value.Amount() is { } amount and >= 0 and <= MostMoney ? decimal.Round(amount, MoneyDecimals) : null;

    private static int? Count(JsonElement value) => value.Whole() is { } count and >= 0 and <= int.MaxValue ? (int)count : null;

    /// <summary>A date or time, or milliseconds since 1970 as in HubSpot and JavaScript.</summary>
    private static DateTimeOffset? Time(JsonElement value) => InboundTimes.Text(value) ?? InboundTimes.Milliseconds(value);
}
