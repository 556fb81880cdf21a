namespace HealthApi.Infrastructure.Evaluation;

/// <summary>Keeps accounts in memory between transactions where that is faster than to load them again.</summary>
public interface IAccountCache
{
    /// <summary>
    /// Keeps accounts as committed changes have left them. The caller must not use the changes, nor the accounts that were loaded for them,
    /// after that.
    /// </summary>
    void Keep(IReadOnlyList<AccountChange> changes);

    /// <summary>Removes an account. Call it in the transaction that erases the account.</summary>
    void Forget(string accountId);
}
