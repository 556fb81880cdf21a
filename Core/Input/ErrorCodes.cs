namespace HealthApi.Core.Input;

/// <summary>The stable codes of <see cref="FieldError.Code"/>.</summary>
public static class ErrorCodes
{
    public const string Required = "required";
    public const string WrongType = "wrong_type";
    public const string OutOfRange = "out_of_range";
    public const string TooLong = "too_long";
    public const string InvalidCharacter = "invalid_character";
    public const string TooLarge = "too_large";
    public const string InvalidFormat = "invalid_format";
    public const string Unknown = "unknown";
    public const string UnknownMember = "unknown_member";
    public const string Duplicate = "duplicate";
    public const string NotAllowed = "not_allowed";
}
