namespace HealthApi.Core.Accounts;

/// <summary>The lifecycle phases of an account (domain.md §1).</summary>
public static class LifecyclePhases
{
    public const string Onboarding = "onboarding", Growth = "growth", Maturity = "maturity", Renewal = "renewal", Churned = "churned",
        Unknown = "unknown";

    public static IReadOnlyList<string> All { get; } = [Onboarding, Growth, Maturity, Renewal, Churned, Unknown];

    /// <summary>The phases that can be pinned: those that are derived from the account's age.</summary>
    public static IReadOnlyList<string> Pinnable { get; } = [Onboarding, Growth, Maturity];

    /// <summary>
    /// The phase at an instant. The first that applies counts: churned, the pinned phase, renewal, the phase by age. <c>unknown</c> if none
    /// of the first three applies and the start is not known.
    /// </summary>
    public static string Of(Account account, PhasePolicy policy, DateTimeOffset asOf)
    {
        if (account.ChurnedAt <= asOf) return Churned;
        if (account.PinnedPhase is { } pinned) return pinned;
        if (account.RenewalDate is { } renewal && (renewal - asOf).Duration() <= TimeSpan.FromDays(policy.RenewalDays)) return Renewal;
        if (account.CustomerSince is not { } since) return Unknown;
        var age = Math.Floor((asOf - since).TotalDays);
        if (age <= policy.OnboardingDays) return Onboarding;
        return age <= policy.GrowthDays ? Growth : Maturity;
    }
}
