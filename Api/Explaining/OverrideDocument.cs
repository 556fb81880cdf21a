using HealthApi.Core.Accounts;
using HealthApi.Core.Input;

namespace HealthApi.Api.Explaining;

/// <summary>An override as a caller writes it: exactly one of score and category.</summary>
internal sealed record OverrideDocument
{
    private const int LongestReason = 1_000;
    private static readonly TimeSpan LongestTime = TimeSpan.FromDays(366);

    /// <summary>0–100.</summary>
    public double? Score { get; init; }

    public string? Category { get; init; }

    public required string Reason { get; init; }

    /// <summary>In the future, by at most 366 days.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    public IReadOnlyList<FieldError> Check(DateTimeOffset now)
    {
        FieldError?[] errors =
        [
            Score is null && Category is null ? new FieldError("/score", ErrorCodes.Required, "Give a score or a category.") : null,
            Score is not null && Category is not null
            ? new FieldError("/category", ErrorCodes.NotAllowed, "Give a score or a category, not both.") : null,
            Score is null or (>= 0 and <= 100) ? null : new FieldError("/score", ErrorCodes.OutOfRange, "Must be 0 to 100."),
            Reason.Trim().Length > 0 ? null : new FieldError("/reason", ErrorCodes.Required, "Must not be empty."),
            Reason.Length <= LongestReason ? null : new FieldError("/reason", ErrorCodes.TooLong, $"At most {LongestReason} characters."),
            ExpiresAt > now && ExpiresAt <= now + LongestTime ? null
                : new FieldError("/expiresAt", ErrorCodes.OutOfRange, $"Must be in the future, by at most {LongestTime.TotalDays} days."),
        ];
        return [.. errors.OfType<FieldError>()];
    }

    // Adding zero turns −0 into 0. The store sets Id and SetAt.
    public AccountOverride ToOverride(string setBy) => new()
    {
        Id = "",
        Score = Score + 0.0,
        Category = Category,
        Reason = Reason.Trim(),
        SetBy = setBy,
        SetAt = default,
        ExpiresAt = HealthApi.Core.Primitives.Instant.Truncate(ExpiresAt),
    };
}
