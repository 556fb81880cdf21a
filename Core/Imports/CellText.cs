using System.Globalization;

namespace HealthApi.Core.Imports;

/// <summary>Parses the text of a cell.</summary>
internal static class CellText
{
    private const NumberStyles Plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>
    /// A number with a decimal point. If <paramref name="separator"/> is a comma, the comma is the decimal separator and points group
    /// thousands.
    /// </summary>
    public static bool TryNumber(string text, char separator, out decimal number)
    {
        if (separator == ',') text = text.Replace(".", "", StringComparison.Ordinal).Replace(',', '.');
        return decimal.TryParse(text, Plain, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>True for true, t, yes, y and 1; false for false, f, no, n and 0; null for anything else. Case is ignored.</summary>
    public static bool? ToFlag(string text) => text.ToLowerInvariant() switch
    {
        "true" or "t" or "yes" or "y" or "1" => true,
        "false" or "f" or "no" or "n" or "0" => false,
        _ => null,
    };
}
