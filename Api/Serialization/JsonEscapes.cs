using System.Globalization;

namespace HealthApi.Api.Serialization;

/// <summary>
/// Checks the escapes of a JSON string in place. A copy of a long string would take twice its bytes, which no budget would be charged for.
/// </summary>
internal static class JsonEscapes
{
    private const int CodeLength = 6;

    /// <summary>Whether an escape is half of a surrogate pair without the other half next to it.</summary>
    /// <param name="text">The bytes between the quotes of a well-formed JSON string.</param>
    public static bool HoldHalfPair(ReadOnlySpan<byte> text)
    {
        for (var at = 0; text[at..].IndexOf((byte)'\\') is var next and >= 0;)
        {
            at += next;
            if (Code(text[at..]) is not { } code)
            {
                at += 2;
                continue;
            }

            at += CodeLength;
            if (!char.IsSurrogate(code)) continue;
            if (!char.IsHighSurrogate(code) || Code(text[at..]) is not { } low || !char.IsLowSurrogate(low)) return true;
            at += CodeLength;
        }

        return false;
    }

    /// <summary>The UTF-16 code unit of the escape with which the text begins; null if it begins with none.</summary>
    private static char? Code(ReadOnlySpan<byte> text) =>
        text.StartsWith("\\u"u8) ? (char)ushort.Parse(text[2..CodeLength], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
            : null;
}
