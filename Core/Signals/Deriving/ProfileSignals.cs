using HealthApi.Core.Accounts;
using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Signals.Deriving;

/// <summary>
/// Derives the signals of age and renewal. They come from the profile and have no evidence, unless a billing event stated the renewal.
/// </summary>
internal static class ProfileSignals
{
    /// <summary>A renewal is due from this many whole days before it.</summary>
    private const int RenewalDueDays = 30;

    /// <summary>The step at which <c>renewalIncomplete</c> can become true.</summary>
    public static DayStep RenewalDue { get; } = DayStep.At(Signal.DaysToRenewal, Operator.LessOrEqual, RenewalDueDays);

    /// <summary>One microsecond. Days to a date are rounded down, so the count drops immediately after a whole day.</summary>
    private const long JustAfter = 1;

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
    /// Reports the instants at which the lifecycle phase can change, and the steps of <c>accountAgeDays</c> and <c>daysToRenewal</c> that
    /// matter. These two change every day, which alone is no reason to evaluate an account again.
    /// </summary>
    public static void Edges(Account account, PhasePolicy phases, ref NextEdge next)
    {
        if (account.ChurnedAt is { } churned)
        {
            next.At(Instants.NotBefore(churned));
        }

        if (account.CustomerSince is { } customerSince)
        {
            var since = Instants.NotBefore(customerSince);
            next.At(since + ((phases.OnboardingDays + 1) * Instants.Day));
            next.At(since + ((phases.GrowthDays + 1) * Instants.Day));
            next.DaysSince(Signal.AccountAgeDays, Instants.Of(customerSince));
        }

        if (account.RenewalDate is { } renewalDate)
        {
            var renewal = Instants.Of(renewalDate);
            next.DaysTo(Signal.DaysToRenewal, renewal);
            next.At(Instants.NotBefore(renewalDate) - (phases.RenewalDays * Instants.Day));
            next.At(renewal + (phases.RenewalDays * Instants.Day) + JustAfter);
        }
    }

    private static void Renewal(Derivation derivation, long renewal)
    {
        var date = Instants.ToTime(renewal);
        var stated = derivation.Terms.RenewalDate is { } term && term.Value == date ? Instants.Of(term.StatedAt) : Instants.None;
        var days = Instants.WholeDays(derivation.AsOf, renewal);
        var renewed = Instants.Of(derivation.Terms.RenewedAt(date));
        var signed = renewed != Instants.None || derivation.Account.RenewalStatus == RenewalStatus.Signed;
        derivation.Set(Signal.DaysToRenewal, days, stated);
        if (derivation.Account.IsBeforeKnown && renewed == Instants.None) return;
        derivation.Set(Signal.RenewalIncomplete, days <= RenewalDueDays && !signed, Math.Max(stated, renewed));
    }
}
