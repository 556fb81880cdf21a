namespace HealthApi.Core.Accounts;

/// <summary>The bounds of the lifecycle phases (domain.md §1), in days.</summary>
/// <param name="OnboardingDays">An account is in onboarding up to and including this many whole days after its start.</param>
/// <param name="GrowthDays">The same for growth; greater than <paramref name="OnboardingDays"/>.</param>
/// <param name="RenewalDays">
/// An account is in the renewal phase while its renewal date is at most this many days away, ahead or past.
/// </param>
public sealed record PhasePolicy(int OnboardingDays, int GrowthDays, int RenewalDays);
