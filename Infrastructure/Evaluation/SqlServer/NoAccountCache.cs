namespace HealthApi.Infrastructure.Evaluation.SqlServer;

/// <summary>Caches nothing: other processes write the same accounts, and loading any number of them takes one round trip.</summary>
internal sealed class NoAccountCache : IAccountCache
{
    public void Add(IReadOnlyList<AccountChange> changes)
    {
    }

    public void Remove(string accountId)
    {
    }
}
