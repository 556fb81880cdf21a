namespace HealthApi.Infrastructure.Integrations;

/// <summary>Reads what was refused, with what this process has not yet written; other processes write every few seconds.</summary>
public sealed class Refusals(RefusalLog log, RefusalStore store)
{
    /// <inheritdoc cref="RefusalStore.CountsAsync"/>
    public async Task<ILookup<string, RefusalCount>> CountsAsync(IReadOnlyCollection<string> integrationIds, CancellationToken cancellation)
    {
        await log.FlushAsync(cancellation);
        return await store.CountsAsync(integrationIds, cancellation);
    }

    /// <inheritdoc cref="RefusalStore.ListAsync"/>
    public async Task<IReadOnlyList<RefusedDelivery>> ListAsync(string integrationId, CancellationToken cancellation)
    {
        await log.FlushAsync(cancellation);
        return await store.ListAsync(integrationId, cancellation);
    }
}
