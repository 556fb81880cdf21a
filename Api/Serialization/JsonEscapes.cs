using System.Globalization;

namespace HealthApi.Api.Serialization;

/// <summary>
/// The escapes of a JSON string, checked where they stand: a copy of a long string would take twice its bytes outside of every budget.
/// </summary>
internal static class JsonEscapes
{
    private const int CodeLength = 6;

    /// <summary>Whether an escape is half of a surrogate pair without the other half beside it.</summary>
    /// <param name="text">What stands between the quotes of a well-formed JSON string.</param>
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

    /// <summary>The UTF-16 code unit of an escape at the beginning; null where none stands there.</summary>
    private static char? Code(ReadOnlySpan<byte> text) =>
        text.StartsWith("\\u"u8) ? (char)ushort.Parse(text[2..CodeLength], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
            : null;
}
