using HealthApi.Core.Input;

namespace HealthApi.Api.Security;

/// <summary>The rule for the name of an API key. Events without a source take the name of their key, so it must be an identifier.</summary>
internal static class ApiKeyName
{
    private const int MaxLength = 100;

    /// <summary>The error of a name; null for a valid one. Spaces around the name do not count.</summary>
    public static FieldError? Check(string pointer, string name) => Identifiers.Check(pointer, name.Trim(), MaxLength);
}
