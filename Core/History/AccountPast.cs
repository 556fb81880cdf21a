using HealthApi.Core.Accounts;

namespace HealthApi.Core.History;

/// <summary>A profile and the instant from which it held.</summary>
public sealed record ProfileVersion(DateTimeOffset Since, Account Account)
{
    /// <summary>
    /// The instant at which the service stored it; later than <see cref="Since"/> if it was given with an earlier effective date.
    /// </summary>
    public DateTimeOffset RecordedAt { get; init; } = Since;

    /// <summary>The fields that were given with this effective date; null if the profile was given without one.</summary>
    public IReadOnlyCollection<string>? Stated { get; init; }
}

/// <summary>
/// The profiles and overrides of an account over time. Together with the event log and the policies it determines the account's standing at
/// any instant. For a time before the account was known, its first profile is used without renewal status and churn, because they describe
/// a later time.
/// </summary>
/// <param name="Present">The present profile.</param>
/// <param name="Since">The instant at which the service first knew the account.</param>
/// <param name="Profiles">In order of time. If several hold from the same instant, the one that was recorded last counts.</param>
/// <param name="Overrides">In order of time.</param>
public sealed record AccountPast(
    Account Present, DateTimeOffset Since, IReadOnlyList<ProfileVersion> Profiles, IReadOnlyList<AccountOverride> Overrides)
{
    /// <summary>A past in which the present profile always held.</summary>
    public static AccountPast Of(Account account) => new(account, DateTimeOffset.MinValue, [], []);

    /// <summary>
    /// The profile at an instant. Before the first profile it is a bare account if the account was already known from events, else the
    /// first profile as <see cref="Account.BeforeKnown"/>. If there are no profiles, it is the present one; before the account was known,
    /// as <see cref="Account.BeforeKnown"/>.
    /// </summary>
    public Account ProfileAt(DateTimeOffset at)
    {
        if (Profiles.LastOrDefault(version => version.Since <= at) is { } held) return held.Account;
        if (Profiles.Count == 0) return at < Since ? Present.BeforeKnown() : Present;
        return at < Since ? FirstProfile.BeforeKnown() : Bare;
    }

    private Account Bare => new() { Id = Present.Id, Name = Present.Id };

    private Account FirstProfile => Profiles.Last(version => version.Since == Profiles[0].Since).Account;

    public AccountOverride? OverrideAt(DateTimeOffset at) => Overrides.LastOrDefault(stated => stated.HoldsAt(at));

    /// <summary>The past as far as it was known at an instant.</summary>
    public AccountPast AsKnownAt(DateTimeOffset at)
    {
        List<ProfileVersion> known = [.. Profiles.Where(version => version.RecordedAt <= at)];
        return this with
        {
            Present = known.Count > 0 ? known[^1].Account : Profiles.Count == 0 ? Present : Bare,
            Profiles = known,
            Overrides = [.. Overrides.Where(stated => stated.SetAt <= at)],
        };
    }

    /// <summary>Whether a profile that held at the instant was recorded only after it.</summary>
    public bool IsRestatedAt(DateTimeOffset at) => Profiles.Any(version => version.Since <= at && version.RecordedAt > at);

    /// <summary>
    /// The first instant after <paramref name="after"/> at which a profile or an override begins or ends; null if there is none.
    /// </summary>
    public DateTimeOffset? NextEdge(DateTimeOffset after)
    {
        var edges = Profiles.Select(version => version.Since).Append(Since)
            .Concat(Overrides.SelectMany(stated => new[] { stated.SetAt, stated.Until })).Where(edge => edge > after).ToList();
        return edges.Count == 0 ? null : edges.Min();
    }
}
