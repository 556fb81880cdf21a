using HealthApi.Core.Input;

namespace HealthApi.Api.Alerts;

/// <summary>The request to leave an alert alone until a time.</summary>
internal sealed record AlertSnooze
{
    private const int MostDays = 90;

    public required DateTimeOffset Until { get; init; }

    public FieldError? Check(DateTimeOffset now) => Until > now && Until <= now.AddDays(MostDays) ? null
        : new FieldError("/until", ErrorCodes.OutOfRange, $"Must be ahead, and at most {MostDays} days.");
}

/// <summary>The request to close an alert.</summary>
internal sealed record AlertResolve
{
    private const int LongestNote = 2_000;

    public string? Note { get; init; }

    public FieldError? Check() => Note?.Length > LongestNote
        ? new FieldError("/note", ErrorCodes.TooLong, $"At most {LongestNote} characters.") : null;
}

/// <summary>The request to give an alert to a person.</summary>
internal sealed record AlertAssign
{
    /// <summary>Null gives it back to the owner of the account.</summary>
    public required string? Owner { get; init; }

    public FieldError? Check() => Owner is null ? null : Identifiers.Check("/owner", Owner);
}
