using System.Globalization;

namespace HealthApi.Core.Imports;

/// <summary>What the text of a cell means.</summary>
internal static class CellText
{
    private const NumberStyles Plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>
    /// A number with a decimal point, or with the comma that <paramref name="separator"/> says; then points group thousands.
    /// </summary>
    public static bool TryNumber(string text, char separator, out decimal number)
    {
        if (separator == ',') text = text.Replace(".", "", StringComparison.Ordinal).Replace(',', '.');
        return decimal.TryParse(text, Plain, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>true, t, yes, y, 1 and their opposites, in any case.</summary>
    public static bool? ToFlag(string text) => text.ToLowerInvariant() switch
    {
        "true" or "t" or "yes" or "y" or "1" => true,
        "false" or "f" or "no" or "n" or "0" => false,
        _ => null,
    };
}
