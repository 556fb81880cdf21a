using System.Text.Json;

namespace HealthApi.Core.Input;

/// <summary>
/// ISO 4217 alphabetic codes, checked by form: three upper-case letters. The list itself changes more often than a release.
/// </summary>
public static class Currencies
{
    public static bool IsCode(string text) => text.Length == 3 && text.All(char.IsAsciiLetterUpper);

    internal static string? Read(ref Utf8JsonReader reader, string pointer, FieldReader fields)
    {
        if (fields.Text(ref reader, pointer) is not { } text) return null;
        if (IsCode(text)) return text;
        fields.Add(pointer, ErrorCodes.InvalidFormat, "Must be an ISO 4217 code such as USD.");
        return null;
    }
}
