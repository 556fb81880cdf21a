using System.Text;

namespace HealthApi.Api.Server;

/// <summary>
/// Decodes <c>Content-Length</c> for the server, which would accept <c>+5</c> and <c>-0</c> as numbers (RFC 9110 §8.6 allows only digits).
/// Every character that is not a digit becomes a letter, so that the server answers 400.
/// </summary>
internal sealed class DigitsEncoding : Encoding
{
    private const char NoDigit = 'x';

    private static readonly DigitsEncoding Instance = new();

    /// <summary>For <c>KestrelServerOptions.RequestHeaderEncodingSelector</c>: null if the server decodes the header itself.</summary>
    public static Encoding? For(string header) => header.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) ? Instance : null;

    /// <summary>
    /// Writes no more than fits into <paramref name="chars"/>: the server provides room for the longest valid length. A longer text becomes
    /// invalid.
    /// </summary>
    public override int GetChars(ReadOnlySpan<byte> bytes, Span<char> chars)
    {
        var count = Math.Min(bytes.Length, chars.Length);
        for (var index = 0; index < count; index++) chars[index] = char.IsAsciiDigit((char)bytes[index]) ? (char)bytes[index] : NoDigit;
        if (bytes.Length > chars.Length) chars[0] = NoDigit;
        return count;
    }

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) =>
        GetChars(bytes.AsSpan(byteIndex, byteCount), chars.AsSpan(charIndex));

    public override int GetCharCount(byte[] bytes, int index, int count) => count;

    public override int GetMaxCharCount(int byteCount) => byteCount;

    public override int GetByteCount(char[] chars, int index, int count) => count;

    public override int GetMaxByteCount(int charCount) => charCount;

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        ASCII.GetBytes(chars, charIndex, charCount, bytes, byteIndex);
}
