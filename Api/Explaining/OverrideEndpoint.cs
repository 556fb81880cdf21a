using HealthApi.Api.Accounts;
using HealthApi.Api.Bodies;
using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Core.Accounts;
using HealthApi.Core.Input;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Evaluation;

namespace HealthApi.Api.Explaining;

/// <summary>
/// <c>PUT</c> and <c>DELETE …/override</c>: the health that an owner states for an account in place of the one derived from its data.
/// </summary>
internal static class OverrideEndpoint
{
    public static async Task<Results<Ok<OverrideView>, Created<OverrideView>, Problem>> PutAsync(
        HttpContext context, OverrideStore overrides, TimeProvider time, CancellationToken cancellation)
    {
        if (PathIds.Account(context).Failed(out var problem, out var id)) return problem;
        if ((await RequestJson.ReadAsync<OverrideDocument>(context.Request)).Failed(out problem, out var document)) return problem;
        var errors = document.Check(time.GetUtcNow());
        if (errors.Count > 0) return Problem.Invalid(errors);
        var write = await overrides.SetAsync(id, document.ToOverride(context.Key().Name), cancellation);
        return write.Status switch
        {
            WriteStatus.Created => TypedResults.Created((string?)null, OverrideView.Of(write.Stored!)),
            WriteStatus.Updated => TypedResults.Ok(OverrideView.Of(write.Stored!)),
            WriteStatus.AccountParked => AccountProblems.Parked(id),
            WriteStatus.Invalid => Problem.Invalid("/category", ErrorCodes.Unknown, "The account's model has no such category."),
            _ => AccountProblems.NotFound(id),
        };
    }

    public static async Task<Results<NoContent, Problem>> DeleteAsync(
        HttpContext context, OverrideStore overrides, CancellationToken cancellation)
    {
        if (PathIds.Account(context).Failed(out var problem, out var id)) return problem;
        return (await overrides.EndAsync(id, context.Key().Name, cancellation)).Status switch
        {
            WriteStatus.NoAccount => AccountProblems.NotFound(id),
            WriteStatus.AccountParked => AccountProblems.Parked(id),
            var status => status.NoContent(Problem.NotFound($"No override holds for the account '{id}'.")),
        };
    }
}

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

/// <summary>An override as answers show it.</summary>
internal sealed record OverrideView(
    string Id, double? Score, string? Category, string Reason, string SetBy, DateTimeOffset SetAt, DateTimeOffset ExpiresAt)
{
    public static OverrideView Of(AccountOverride stated) => new(
        stated.Id, stated.Score is { } score ? Rounding.ForBounds(score) : null, stated.Category, stated.Reason, stated.SetBy, stated.SetAt,
        stated.ExpiresAt);
}
