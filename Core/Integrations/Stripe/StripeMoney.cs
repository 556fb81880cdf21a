using System.Collections.Frozen;

namespace HealthApi.Core.Integrations.Stripe;

/// <summary>
/// Converts Stripe's amounts, which are in the smallest unit of their currency (docs.stripe.com/currencies): hundredths, but whole units
/// for some currencies and thousandths for others. UGX and ISK come in hundredths although they have no decimals.
/// </summary>
internal static class StripeMoney
{
    private static readonly FrozenSet<string> Whole = FrozenSet.ToFrozenSet(
        ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]);

    private static readonly FrozenSet<string> Thousandths = FrozenSet.ToFrozenSet(["BHD", "JOD", "KWD", "OMR", "TND"]);

    /// <summary>The amount in the currency's main unit.</summary>
    public static decimal ToMajor(decimal minor, string currency) =>
        Whole.Contains(currency) ? minor : minor / (Thousandths.Contains(currency) ? 1000 : 100);
}
