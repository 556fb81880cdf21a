namespace HealthApi.Core.Input;

/// <summary>Error codes of policy documents and mappings, in addition to <see cref="ErrorCodes"/>.</summary>
public static class DocumentErrorCodes
{
    /// <summary>The document is not JSON or contains more than one value.</summary>
    public const string InvalidJson = "invalid_json";
    public const string DuplicateMember = "duplicate_member";
    public const string UnknownSignal = "unknown_signal";

    /// <summary>The value or operator does not fit the kind of the signal.</summary>
    public const string KindMismatch = "kind_mismatch";

    /// <summary>No value can reach this part of the document.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>Something is missing: a list is empty, or some values have no points.</summary>
    public const string Incomplete = "incomplete";
    public const string NotDescending = "not_descending";
    public const string TooMany = "too_many";
}
