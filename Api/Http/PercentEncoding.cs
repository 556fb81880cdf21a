using System.Globalization;
using System.Text;

namespace HealthApi.Api.Http;

/// <summary>Percent-encoding of UTF-8 (RFC 3986 §2.1).</summary>
internal static class PercentEncoding
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, true);

    /// <summary>Decodes a text once; null if the result is not UTF-8, or if a percent sign does not start an escape.</summary>
    public static string? Decode(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal)) return text;
        try
        {
            var bytes = StrictUtf8.GetBytes(text);
            var length = 0;
            for (var index = 0; index < bytes.Length; index++)
            {
                if (bytes[index] != '%')
                {
                    bytes[length++] = bytes[index];
                    continue;
                }

                if (index + 2 >= bytes.Length
                    || !byte.TryParse(bytes.AsSpan(index + 1, 2), NumberStyles.AllowHexSpecifier, null, out var octet))
                {
                    return null;
                }

                bytes[length++] = octet;
                index += 2;
            }

            return StrictUtf8.GetString(bytes, 0, length);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
