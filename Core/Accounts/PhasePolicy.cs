namespace HealthApi.Core.Accounts;

/// <summary>When the phases of a customer's life begin and end (domain.md §1), in days.</summary>
/// <param name="OnboardingDays">Whole days since the start up to and with which an account is in onboarding.</param>
/// <param name="GrowthDays">The same for growth; more than <paramref name="OnboardingDays"/>.</param>
/// <param name="RenewalDays">A renewal at most so many days away, before or behind, overlays the phase.</param>
public sealed record PhasePolicy(int OnboardingDays, int GrowthDays, int RenewalDays);
