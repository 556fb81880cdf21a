using HealthApi.Core.Accounts;
using HealthApi.Core.Signals.Figures;
using HealthApi.Core.Signals.Shifts;

namespace HealthApi.Core.Signals.Deriving;

/// <summary>The input of a derivation (figures, account with effective terms, instant) and the set that receives the signals.</summary>
internal readonly ref struct Derivation(AccountFigures figures, Account account, AccountTerms terms, long asOf, SignalSet signals)
{
    public AccountFigures Figures { get; } = figures;

    /// <summary>The account with its effective terms.</summary>
    public Account Account { get; } = account;

    /// <summary>The terms that billing events state for the instant.</summary>
    public AccountTerms Terms { get; } = terms;

    public long AsOf { get; } = asOf;

    /// <summary>Sets a signal and the time of its newest evidence. A missing value has no evidence.</summary>
    public void Set(Signal signal, SignalValue value, long evidence = Instants.None) =>
        signals.Set(signal, value, value.IsMissing ? null : Instants.ToOptionalTime(evidence));

    /// <summary>Remembers the totals of days, for the numbers behind the shift signals.</summary>
    public void Remember(DailySums usage, DailySums openings, DailySums escalations) =>
        signals.SetShifts(usage, openings, escalations, AsOf);

    public void Set(Signal signal, double? value, long evidence = Instants.None) => Set(signal, SignalValue.Of(value), evidence);

    public void Set(Signal signal, bool value, long evidence) => Set(signal, SignalValue.Of(value), evidence);
}
