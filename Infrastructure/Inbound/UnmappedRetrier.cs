using System.Text;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Integrations;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Inbound;

/// <summary>The result of retrying an unmapped payload.</summary>
/// <param name="Receipt">The result of accepting it; null where it has too many or too large parts with the current mapping.</param>
/// <param name="IsKept">Whether the payload is still unmapped.</param>
public sealed record RetriedPayload(InboundReceipt? Receipt, bool IsKept);

/// <summary>
/// Retries unmapped payloads: on request, and once after each change of an integration's settings. A payload is deleted only after its
/// events are durable, so it is accepted at least once; a second time its events are duplicates.
/// </summary>
public sealed class UnmappedRetrier(
    PayloadStore payloads, IntegrationStore integrations, InboundIntake intake, ILogger<UnmappedRetrier> logger)
{
    private const int PageSize = 100;

    /// <summary>The maximum number of payloads per integration that a turn retries, so that parked payloads get their turn too.</summary>
    private const int MostOfTurn = 1_000;

    /// <summary>Retries one payload; null where the integration has no such unmapped payload.</summary>
    public async Task<RetriedPayload?> RetryAsync(Integration integration, string payloadId, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(integration);
        return await payloads.FindAsync(integration.Id, PayloadState.Unmapped, payloadId, cancellation) is { } payload
            ? await RetryAsync(integration, payload, cancellation) : null;
    }

    /// <summary>Retries the payloads that were not yet tried with the current settings of their integration.</summary>
    /// <returns>Whether more payloads wait for the next turn.</returns>
    internal async Task<bool> RetryChangedAsync(CancellationToken cancellation)
    {
        var waits = false;
        foreach (var id in await payloads.ChangedIntegrationsAsync(cancellation))
        {
            if (await integrations.FindAsync(id, cancellation) is { } integration)
                waits |= await RetryAllAsync(integration, cancellation);
        }

        return waits;
    }

    private async Task<bool> RetryAllAsync(Integration integration, CancellationToken cancellation)
    {
        for (var tried = 0; tried < MostOfTurn;)
        {
            var page = await payloads.UntriedAsync(integration, PageSize, cancellation);
            if (page.Count == 0) return false;
            foreach (var payload in page) await TryAsync(integration, payload, cancellation);
            tried += page.Count;
        }

        return true;
    }

    /// <summary>
    /// A payload that fails unexpectedly stays and counts as tried, so that it neither stops the others nor is retried for ever.
    /// </summary>
    private async Task TryAsync(Integration integration, KeptPayload payload, CancellationToken cancellation)
    {
        try
        {
            await RetryAsync(integration, payload, cancellation);
        }
        catch (Exception failure) when (failure is not (StoreUnavailableException or OperationCanceledException))
        {
            logger.LogError(failure, "Retrying the unmapped payload {Id} failed; it stays stored", payload.Id);
            await payloads.SetTriedAsync(payload.Id, integration.SettingsVersion, cancellation);
        }
    }

    private async Task<RetriedPayload> RetryAsync(Integration integration, KeptPayload payload, CancellationToken cancellation)
    {
        var receipt = await intake.AcceptAsync(
            integration, Encoding.UTF8.GetBytes(payload.Payload), payload.ReceivedAt, payload.Kind, null, cancellation);
        var isKept = receipt is null || receipt.KeptIds.Contains(payload.Id);
        if (receipt is null) await payloads.SetTriedAsync(payload.Id, integration.SettingsVersion, cancellation);
        if (!isKept) await payloads.DeleteAsync([payload.Id], cancellation);
        return new RetriedPayload(receipt, isKept);
    }
}
