namespace HealthApi.Core.Accounts;

/// <summary>The phases of a customer's life (domain.md §1), from <see cref="Account.CustomerSince"/>.</summary>
public static class LifecyclePhases
{
    public const string Onboarding = "onboarding", Growth = "growth", Maturity = "maturity", Renewal = "renewal", Churned = "churned", Unknown = "unknown";

    /// <summary>Whole days since the start after which a phase is over.</summary>
    public const int OnboardingDays = 90, GrowthDays = 180;

    /// <summary>A renewal at most so many days away, before or behind, overlays the phase.</summary>
    public const int RenewalDays = 90;

    public static IReadOnlyList<string> All { get; } = [Onboarding, Growth, Maturity, Renewal, Churned, Unknown];

    /// <summary>The phases that can be pinned: those that age would give.</summary>
    public static IReadOnlyList<string> Pinnable { get; } = [Onboarding, Growth, Maturity];

    /// <summary>The phase at an instant: churned, pinned, renewal, or by age; <c>unknown</c> where the start is not known.</summary>
    public static string Of(Account account, DateTimeOffset asOf)
    {
        if (account.ChurnedAt <= asOf) return Churned;
        if (account.PinnedPhase is { } pinned) return pinned;
        if (account.RenewalDate is { } renewal && (renewal - asOf).Duration() <= TimeSpan.FromDays(RenewalDays)) return Renewal;
        if (account.CustomerSince is not { } since) return Unknown;
        return Math.Floor((asOf - since).TotalDays) switch
        {
            <= OnboardingDays => Onboarding,
            <= GrowthDays => Growth,
            _ => Maturity,
        };
    }
}
