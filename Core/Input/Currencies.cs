using System.Text.Json;

namespace HealthApi.Core.Input;

/// <summary>
/// ISO 4217 alphabetic codes. Only the form is checked (three upper-case letters), because the list of codes changes more often than the
/// product is released.
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
