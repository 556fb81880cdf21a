namespace HealthApi.Core.Input;

/// <summary>The codes that only models and rules need, beside <see cref="ErrorCodes"/>.</summary>
public static class DocumentErrorCodes
{
    /// <summary>The document is no JSON, or more than one value.</summary>
    public const string InvalidJson = "invalid_json";
    public const string DuplicateMember = "duplicate_member";
    public const string UnknownSignal = "unknown_signal";

    /// <summary>The value or operation does not fit the kind of signal.</summary>
    public const string KindMismatch = "kind_mismatch";

    /// <summary>No value can ever reach this part of a model.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>Something is left without an answer: an empty list, values without points.</summary>
    public const string Incomplete = "incomplete";
    public const string NotDescending = "not_descending";
    public const string TooMany = "too_many";
}
