using System.Globalization;

namespace HealthApi.Core.Input;

/// <summary>
/// The rule for identifiers (account ids, event ids, sources, user ids …): 1 to 128 UTF-16 characters, no control, format (bidi,
/// zero-width) or line separator characters, no space at either end, compared ordinally. Texts that differ only in Unicode normalisation
/// are different ids. <c>.</c> and <c>..</c> and their percent-encoded forms are not allowed, because clients and proxies remove such
/// segments from a path.
/// </summary>
public static class Identifiers
{
    public const int MaxLength = 128;

    /// <summary>Null for a valid identifier, otherwise the error.</summary>
    public static FieldError? Check(string pointer, string value, int maxLength = MaxLength) =>
        CheckText(pointer, value, maxLength) ?? CheckEnds(pointer, value) ?? CheckDots(pointer, value);

    /// <summary>
    /// A fast check: true if this UTF-8 text is a valid identifier that has only characters from space to tilde. False does not mean that
    /// the identifier is invalid.
    /// </summary>
    internal static bool IsPlain(ReadOnlySpan<byte> utf8, int maxLength) =>
        utf8.Length > 0 && utf8.Length <= maxLength && utf8.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0
            && utf8[0] is not ((byte)' ' or (byte)'.' or (byte)'%') && utf8[^1] != ' ';

    /// <summary>
    /// The rule for a name that is only displayed: as for an identifier, but spaces at its ends and dots alone are allowed.
    /// </summary>
    public static FieldError? CheckText(string pointer, string value, int maxLength)
    {
        if (value.Length == 0) return new FieldError(pointer, ErrorCodes.Required, "Must not be empty.");
        if (value.Length > maxLength) return new FieldError(pointer, ErrorCodes.TooLong, $"At most {maxLength} characters.");
        return CheckCharacters(pointer, value);
    }

    /// <summary>Checks only the characters; the empty text is valid.</summary>
    public static FieldError? CheckCharacters(string pointer, string value)
    {
        var unusual = value.AsSpan().IndexOfAnyExceptInRange(' ', '~');
        if (unusual < 0) return null;
        foreach (var character in value.AsSpan(unusual))
        {
            if (char.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator)
            {
                return new FieldError(
                    pointer, ErrorCodes.InvalidCharacter, $"U+{(int)character:X4} is a control, format or line separator character.");
            }
        }

        return null;
    }

    /// <summary>Some databases ignore trailing spaces in comparisons, so two ids could be taken for one.</summary>
    private static FieldError? CheckEnds(string pointer, string value) =>
        value[0] == ' ' || value[^1] == ' ' ? new FieldError(pointer, ErrorCodes.InvalidCharacter, "Must not begin or end with a space.")
            : null;

    private static FieldError? CheckDots(string pointer, string value) =>
        value[0] is '.' or '%' && value.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase) is "." or ".."
            ? new FieldError(pointer, ErrorCodes.NotAllowed, "Must not be '.' or '..', plain or percent-encoded: a path cannot hold it.")
            : null;
}
