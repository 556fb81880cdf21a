using HealthApi.Core.Accounts;
using HealthApi.Core.Signals.Figures;

namespace HealthApi.Core.Signals.Deriving;

/// <summary>What signals are derived from: the figures, the account with its effective terms, and the instant; and where they go.</summary>
internal readonly ref struct Derivation(AccountFigures figures, Account account, AccountTerms terms, long asOf, SignalSet signals)
{
    public AccountFigures Figures { get; } = figures;

    /// <summary>The account with the terms that billing events told.</summary>
    public Account Account { get; } = account;

    /// <summary>What billing events told, at the instant.</summary>
    public AccountTerms Terms { get; } = terms;

    public long AsOf { get; } = asOf;

    /// <summary>A missing value rests on nothing, so it has no evidence.</summary>
    public void Set(Signal signal, SignalValue value, long evidence = Instants.None) =>
        signals.Set(signal, value, value.IsMissing ? null : Instants.ToOptionalTime(evidence));

    public void Set(Signal signal, double? value, long evidence = Instants.None) => Set(signal, SignalValue.Of(value), evidence);

    public void Set(Signal signal, bool value, long evidence) => Set(signal, SignalValue.Of(value), evidence);
}
