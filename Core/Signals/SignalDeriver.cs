using HealthApi.Core.Accounts;
using HealthApi.Core.Signals.Deriving;
using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Signals;

/// <summary>Derives the signals of domain.md §3 from an account's figures and profile at an instant. Missing is not zero.</summary>
public static class SignalDeriver
{
    /// <summary>
    /// Every signal at an instant, with the time of its newest evidence (null if the signal is missing or depends on the profile alone).
    /// For counts and rates the evidence is the family's newest event, because the data of the family is known up to that event. For a
    /// stated fact it is the event that states it. Events after <paramref name="asOf"/> count as events at that instant. The account may or
    /// may not have its effective terms already.
    /// </summary>
    public static SignalSet Derive(AccountFigures figures, Account account, DateTimeOffset asOf)
    {
        ArgumentNullException.ThrowIfNull(figures);
        ArgumentNullException.ThrowIfNull(account);
        var terms = figures.TermsAt(asOf);
        return Derive(figures, EffectiveAccount.Apply(account, terms), terms, asOf);
    }

    /// <param name="effective">The account with its effective terms.</param>
    /// <param name="terms">The terms that the figures give for the instant.</param>
    internal static SignalSet Derive(AccountFigures figures, Account effective, AccountTerms terms, DateTimeOffset asOf)
    {
        var signals = new SignalSet();
        var derivation = new Derivation(figures, effective, terms, Instants.Of(asOf), signals);
        UsageSignals.Derive(derivation);
        TicketSignals.Derive(derivation);
        ShiftSignals.Derive(derivation);
        BillingSignals.Derive(derivation);
        ResponseSignals.Derive(derivation);
        RelationshipSignals.Derive(derivation);
        ProfileSignals.Derive(derivation);
        return signals;
    }

    /// <summary>
    /// The earliest instant after <paramref name="asOf"/> at which time alone could change the lifecycle phase, the effective terms, or the
    /// effect of a signal that is used; null if there is none. It may be too early, never too late.
    /// </summary>
    /// <param name="uses">The signals that are used, and the effects of their values.</param>
    public static DateTimeOffset? NextChange(
        AccountFigures figures, Account account, PhasePolicy phases, SignalUses uses, DateTimeOffset asOf)
    {
        ArgumentNullException.ThrowIfNull(figures);
        ArgumentNullException.ThrowIfNull(account);
        return NextChangeOfEffective(figures, EffectiveAccount.Apply(account, figures.TermsAt(asOf)), phases, uses, asOf);
    }

    /// <summary>As <see cref="NextChange"/>, for an account that already has its effective terms.</summary>
    internal static DateTimeOffset? NextChangeOfEffective(
        AccountFigures figures, Account effective, PhasePolicy phases, SignalUses uses, DateTimeOffset asOf)
    {
        // What is always reported comes first: nothing that is later need be looked at.
        var next = new NextEdge(Instants.Of(asOf), uses);
        ProfileSignals.Edges(effective, phases, ref next);
        figures.Billing.Edges(ref next);
        ShiftSignals.Edges(figures, ref next);
        UsageEdges.Report(figures.Usage, effective, ref next);
        TicketSignals.Edges(figures, effective, ref next);
        ResponseSignals.Edges(figures, effective, ref next);
        RelationshipSignals.Edges(figures, effective, ref next);
        return next.Earliest;
    }
}
