using HealthApi.Core.Accounts;
using HealthApi.Core.Primitives;

namespace HealthApi.Api.Explaining;

/// <summary>An override as answers show it.</summary>
internal sealed record OverrideView(
    string Id, double? Score, string? Category, string Reason, string SetBy, DateTimeOffset SetAt, DateTimeOffset ExpiresAt)
{
    public static OverrideView Of(AccountOverride stated) => new(
        stated.Id, stated.Score is { } score ? Rounding.ForBounds(score) : null, stated.Category, stated.Reason, stated.SetBy, stated.SetAt,
        stated.ExpiresAt);
}
