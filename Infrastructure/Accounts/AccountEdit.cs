using HealthApi.Core.Accounts;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Signals;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>An account with its figures and the memory of its last evaluation.</summary>
/// <param name="AsOf">When it was read.</param>
public sealed record AccountState(StoredAccount Stored, AccountFigures Figures, AccountMemory Memory, DateTimeOffset AsOf)
{
    /// <summary>The account with the terms that billing events state.</summary>
    public Account Effective => EffectiveAccount.Apply(Stored.Account, Figures.TermsAt(AsOf));
}

/// <summary>A request to create or change one account.</summary>
/// <param name="Change">Gets the stored profile (null: none) and returns the new one, or null to refuse.</param>
public sealed record AccountEdit(string Id, Func<Account?, Account?> Change)
{
    public Database.Precondition Precondition { get; init; }

    /// <summary>Decides the result of the edit. Writes nothing.</summary>
    /// <param name="present">The account as it is, including earlier edits of the same transaction; null where there is none.</param>
    /// <param name="known">The version in the store; 0 where the account is new.</param>
    /// <param name="billing">The terms that billing events state.</param>
    /// <param name="policy">Gives the segment and the phase until the account is evaluated.</param>
    /// <param name="now">The instant of the transaction.</param>
    /// <param name="stamped">Whether <see cref="Change"/> has already set the times at which terms were set.</param>
    internal Write<StoredAccount> Decide(
        StoredAccount? present, long known, AccountTerms billing, SegmentPolicy policy, DateTimeOffset now, bool stamped = false)
    {
        if (!Precondition.Allows(present?.Version)) return new Write<StoredAccount>(WriteStatus.PreconditionFailed, present);
        if (Change(present?.Account) is not { } account) return new Write<StoredAccount>(WriteStatus.NotFound);
        var profile = stamped ? account : AccountTermsClock.Stamp(present?.Account, account, now);
        var effective = EffectiveAccount.Apply(profile, billing);
        var stored = new StoredAccount(
            profile, policy.Of(effective), LifecyclePhases.Of(effective, policy.Phases, now), known + 1, present?.CreatedAt ?? now, now);
        return new Write<StoredAccount>(present is null ? WriteStatus.Created : WriteStatus.Updated, stored);
    }
}
