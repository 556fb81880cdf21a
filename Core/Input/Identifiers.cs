using System.Globalization;

namespace HealthApi.Core.Input;

/// <summary>
/// The rule for identifiers (account ids, event ids, sources, user ids …): 1 to 128 UTF-16 characters, none of them a control, format
/// (bidi, zero-width) or line separator character, with no space at either end, compared ordinally. Texts that look alike but differ in
/// normalisation are different ids. <c>.</c> and <c>..</c> are none, nor are their percent-encoded forms: a path cannot name them, since
/// clients and proxies take such segments away.
/// </summary>
public static class Identifiers
{
    public const int MaxLength = 128;

    /// <summary>Null for a good identifier, otherwise the mistake.</summary>
    public static FieldError? Check(string pointer, string value, int maxLength = MaxLength) =>
        CheckText(pointer, value, maxLength) ?? CheckEnds(pointer, value) ?? CheckDots(pointer, value);

    /// <summary>
    /// Whether this UTF-8 text is a good identifier of characters from space to tilde; what is not may be good all the same.
    /// </summary>
    internal static bool IsPlain(ReadOnlySpan<byte> utf8, int maxLength) =>
        utf8.Length > 0 && utf8.Length <= maxLength && utf8.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0
            && utf8[0] is not ((byte)' ' or (byte)'.' or (byte)'%') && utf8[^1] != ' ';

    /// <summary>The same for a name that a person reads: spaces at its ends are harmless.</summary>
    public static FieldError? CheckText(string pointer, string value, int maxLength)
    {
        if (value.Length == 0) return new FieldError(pointer, ErrorCodes.Required, "Must not be empty.");
        if (value.Length > maxLength) return new FieldError(pointer, ErrorCodes.TooLong, $"At most {maxLength} characters.");
        return CheckCharacters(pointer, value);
    }

    /// <summary>Only the rule about characters; the empty text is good.</summary>
    public static FieldError? CheckCharacters(string pointer, string value)
    {
        var unusual = value.AsSpan().IndexOfAnyExceptInRange(' ', '~');
        if (unusual < 0) return null;
        foreach (var character in value.AsSpan(unusual))
        {
            if (char.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator)
                return new FieldError(
                    pointer, ErrorCodes.InvalidCharacter, $"U+{(int)character:X4} is a control, format or line separator character.");
        }

        return null;
    }

    /// <summary>A database that pads texts to compare them would take two ids for one.</summary>
    private static FieldError? CheckEnds(string pointer, string value) =>
        value[0] == ' ' || value[^1] == ' ' ? new FieldError(pointer, ErrorCodes.InvalidCharacter, "Must not begin or end with a space.")
            : null;

    private static FieldError? CheckDots(string pointer, string value) =>
        value[0] is '.' or '%' && value.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase) is "." or ".."
            ? new FieldError(pointer, ErrorCodes.NotAllowed, "Must not be '.' or '..', plain or percent-encoded: no path can name it.")
            : null;
}
