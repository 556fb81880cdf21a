using HealthApi.Core.Accounts;
using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Signals.Deriving;

/// <summary>Age and renewal. They rest on the profile and so have no evidence, unless a billing event told the renewal.</summary>
internal static class ProfileSignals
{
    /// <summary>Whole days before the renewal from which it counts as due.</summary>
    private const int RenewalDueDays = 30;

    /// <summary>A renewal told without a new date covers the renewal dates up to so long after it.</summary>
    private const long RenewalCovers = 120 * Instants.Day;

    private const int OnboardingDays = 90;
    private const int GrowthDays = 180;
    private const int RenewalPhaseDays = 90;

    public static void Derive(Derivation derivation)
    {
        if (derivation.Account.CustomerSince is { } since)
        {
            derivation.Set(Signal.AccountAgeDays, Instants.WholeDays(Instants.Of(since), derivation.AsOf));
        }

        if (derivation.Account.RenewalDate is { } renewal)
        {
            Renewal(derivation, Instants.Of(renewal));
        }
    }

    /// <summary>
    /// Only the instants at which <c>renewalIncomplete</c> or the lifecycle phase can flip: <c>accountAgeDays</c> and <c>daysToRenewal</c>
    /// themselves change every day, which alone is no reason to look at an account again.
    /// </summary>
    public static void Edges(Account account, ref NextEdge next)
    {
        if (account.CustomerSince is { } since)
        {
            PhaseEdges(Instants.Of(since), OnboardingDays, ref next);
            PhaseEdges(Instants.Of(since), GrowthDays, ref next);
        }

        if (account.RenewalDate is { } renewal)
        {
            DueEdges(Instants.Of(renewal), RenewalDueDays, ref next);
            DueEdges(Instants.Of(renewal), RenewalPhaseDays, ref next);
            DueEdges(Instants.Of(renewal), 0, ref next);
        }
    }

    private static void Renewal(Derivation derivation, long renewal)
    {
        var billing = derivation.Figures.Billing;
        var told = EffectiveAccount.Supersedes(derivation.Figures.Terms.RenewalDate, derivation.Profile.RenewalDate, derivation.Profile)
            ? billing.RenewalDate.Instant
            : Instants.None;
        var days = Instants.WholeDays(derivation.AsOf, renewal);
        var covered = billing.NewestRenewed != Instants.None && renewal <= billing.NewestRenewed + RenewalCovers;
        var signed = covered || derivation.Account.RenewalStatus == RenewalStatus.Signed;
        derivation.Set(Signal.DaysToRenewal, days, told);
        derivation.Set(Signal.RenewalIncomplete, days <= RenewalDueDays && !signed, covered ? Math.Max(told, billing.NewestRenewed) : told);
    }

    /// <summary>A phase that lasts to a day may or may not hold that day itself: the day's start and end.</summary>
    private static void PhaseEdges(long since, int day, ref NextEdge next)
    {
        next.At(since + (day * Instants.Day));
        next.At(since + ((day + 1) * Instants.Day));
    }

    /// <summary>Days to a date are rounded down, so the count drops right after a whole day: both that instant and the whole day.</summary>
    private static void DueEdges(long date, int days, ref NextEdge next)
    {
        next.At(date - ((days + 1) * Instants.Day) + 1);
        next.At(date - (days * Instants.Day));
        next.At(date - (days * Instants.Day) + 1);
    }
}
