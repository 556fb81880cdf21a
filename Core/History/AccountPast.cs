using HealthApi.Core.Accounts;

namespace HealthApi.Core.History;

/// <summary>A profile and since when it held.</summary>
public sealed record ProfileVersion(DateTimeOffset Since, Account Account)
{
    /// <summary>When the service came to know of it; later than <see cref="Since"/> where it was told with an effective date.</summary>
    public DateTimeOffset RecordedAt { get; init; } = Since;

    /// <summary>The fields that were told with this effective date; null where the profile was told without one.</summary>
    public IReadOnlyCollection<string>? Stated { get; init; }
}

/// <summary>
/// What held for an account at each instant beside its events and the policy in force: profile and override. With the event log it
/// tells how the account stood at any instant. The past does not know the present: before the first known profile that one holds,
/// without renewal status and churn.
/// </summary>
/// <param name="Present">The profile of now.</param>
/// <param name="Since">When the account came to be known.</param>
/// <param name="Profiles">In order of time; of several that hold since the same instant the one that was recorded last counts.</param>
/// <param name="Overrides">In order of time.</param>
public sealed record AccountPast(
    Account Present, DateTimeOffset Since, IReadOnlyList<ProfileVersion> Profiles, IReadOnlyList<AccountOverride> Overrides)
{
    /// <summary>A past in which the present profile has always held.</summary>
    public static AccountPast Of(Account account) => new(account, DateTimeOffset.MinValue, [], []);

    /// <summary>
    /// The profile at an instant. Before the first one: a bare account where it was known by events alone, else the first known profile
    /// told of a time before it.
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

    /// <summary>The first instant after another at which something of this changed.</summary>
    public DateTimeOffset? NextEdge(DateTimeOffset after)
    {
        var edges = Profiles.Select(version => version.Since).Append(Since)
            .Concat(Overrides.SelectMany(stated => new[] { stated.SetAt, stated.Until })).Where(edge => edge > after).ToList();
        return edges.Count == 0 ? null : edges.Min();
    }
}
