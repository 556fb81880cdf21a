namespace HealthApi.Infrastructure.Integrations;

/// <summary>
/// Reads refusals. First writes those that this process has collected; those of other processes may be missing for a few seconds.
/// </summary>
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
