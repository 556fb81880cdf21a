using HealthApi.Core.Accounts;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Signals;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Accounts;

public sealed record AccountWrite(WriteStatus Status, StoredAccount? Stored);

/// <summary>An account with what the worker has folded and remembers of it.</summary>
/// <param name="AsOf">When it was read.</param>
public sealed record AccountState(StoredAccount Stored, AccountFigures Figures, AccountMemory Memory, DateTimeOffset AsOf)
{
    /// <summary>The account with the terms that billing events told.</summary>
    public Account Effective => EffectiveAccount.Apply(Stored.Account, Figures.TermsAt(AsOf));
}

/// <summary>A wish to create or change one account; <see cref="Change"/> gets what is there and may refuse with null.</summary>
public sealed record AccountEdit(string Id, Func<Account?, Account?> Change)
{
    public Database.Precondition Precondition { get; init; }

    /// <summary>What the write comes to.</summary>
    /// <param name="present">What is there, edits before this one of the same transaction included.</param>
    /// <param name="known">The version in the store, 0 where the account is new.</param>
    /// <param name="billing">What billing events told of the account.</param>
    /// <param name="policy">Tells the segment and the phase until the account is evaluated.</param>
    /// <param name="now">The instant of the transaction.</param>
    /// <param name="stamped">Whether the times at which terms were set are there already.</param>
    internal AccountWrite Decide(
        StoredAccount? present, long known, AccountTerms billing, SegmentPolicy policy, DateTimeOffset now, bool stamped = false)
    {
        if (!Precondition.Allows(present?.Version)) return new AccountWrite(WriteStatus.PreconditionFailed, present);
        if (Change(present?.Account) is not { } account) return new AccountWrite(WriteStatus.NotFound, null);
        var profile = stamped ? account : AccountTermsClock.Stamp(present?.Account, account, now);
        var effective = EffectiveAccount.Apply(profile, billing);
        var stored = new StoredAccount(
            profile, policy.Of(effective), LifecyclePhases.Of(effective, policy.Phases, now), known + 1, present?.CreatedAt ?? now, now);
        return new AccountWrite(present is null ? WriteStatus.Created : WriteStatus.Updated, stored);
    }
}
