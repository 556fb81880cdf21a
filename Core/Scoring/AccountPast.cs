using HealthApi.Core.Accounts;
using HealthApi.Core.Overrides;

namespace HealthApi.Core.Scoring;

/// <summary>A profile and since when it held.</summary>
public sealed record ProfileVersion(DateTimeOffset Since, Account Account);

/// <summary>
/// What held for an account at each instant beside its events and the policy in force: profile and override. Lists are in order of time. With the event log it
/// tells how the account stood at any instant.
/// </summary>
/// <param name="Present">The profile of now; it also holds for what was before the account came to be known.</param>
/// <param name="Since">When the account came to be known.</param>
public sealed record AccountPast(
    Account Present, DateTimeOffset Since, IReadOnlyList<ProfileVersion> Profiles, IReadOnlyList<AccountOverride> Overrides)
{
    /// <summary>A past in which the present profile has always held.</summary>
    public static AccountPast Of(Account account) => new(account, DateTimeOffset.MinValue, [], []);

    /// <summary>The profile at an instant; a bare account between its first event and its first description.</summary>
    public Account ProfileAt(DateTimeOffset at) => Profiles.Count == 0 || at < Since
        ? Present
        : Profiles.LastOrDefault(version => version.Since <= at)?.Account ?? new Account { Id = Present.Id, Name = Present.Id };

    public AccountOverride? OverrideAt(DateTimeOffset at) => Overrides.LastOrDefault(stated => stated.HoldsAt(at));

    /// <summary>The past as far as it was known at an instant.</summary>
    public AccountPast AsKnownAt(DateTimeOffset at) => this with
    {
        Present = ProfileAt(at),
        Profiles = [.. Profiles.Where(version => version.Since <= at)],
        Overrides = [.. Overrides.Where(stated => stated.SetAt <= at)],
    };

    /// <summary>The first instant after another at which something of this changed.</summary>
    public DateTimeOffset? NextEdge(DateTimeOffset after)
    {
        var edges = Profiles.Select(version => version.Since).Append(Since)
            .Concat(Overrides.SelectMany(stated => new[] { stated.SetAt, stated.Until })).Where(edge => edge > after).ToList();
        return edges.Count == 0 ? null : edges.Min();
    }
}
