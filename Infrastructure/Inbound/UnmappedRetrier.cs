using System.Text;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Integrations;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Inbound;

/// <summary>What became of an unmapped payload that was tried again.</summary>
/// <param name="Receipt">What it holds now; null where it has become too large to be taken in.</param>
/// <param name="IsKept">Whether it is unmapped as before.</param>
public sealed record RetriedPayload(InboundReceipt? Receipt, bool IsKept);

/// <summary>
/// Takes unmapped payloads in again: when somebody asks, and by itself once after each change of an integration's settings. A payload is
/// deleted only after its events are durable, so it is taken in at least once; the second time its events are repeats.
/// </summary>
public sealed class UnmappedRetrier(
    PayloadStore payloads, IntegrationStore integrations, InboundIntake intake, ILogger<UnmappedRetrier> logger)
{
    private const int PageSize = 100;

    /// <summary>Payloads of an integration that a turn tries at most, so that what is parked has its turn too.</summary>
    private const int MostOfTurn = 1_000;

    /// <summary>Null where the integration keeps no such unmapped payload.</summary>
    public async Task<RetriedPayload?> RetryAsync(Integration integration, string payloadId, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(integration);
        return await payloads.FindAsync(integration.Id, PayloadState.Unmapped, payloadId, cancellation) is { } payload
            ? await RetryAsync(integration, payload, cancellation) : null;
    }

    /// <summary>Tries what was not yet tried with the present settings of its integration.</summary>
    /// <returns>Whether more waits for the next turn.</returns>
    internal async Task<bool> RetryChangedAsync(CancellationToken cancellation)
    {
        var waits = false;
        foreach (var id in await payloads.ChangedIntegrationsAsync(cancellation))
            if (await integrations.FindAsync(id, cancellation) is { } integration)
                waits |= await RetryAllAsync(integration, cancellation);
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

    /// <summary>One that fails unexpectedly stays, and counts as tried: it keeps none of the others, and is not tried for ever.</summary>
    private async Task TryAsync(Integration integration, KeptPayload payload, CancellationToken cancellation)
    {
        try
        {
            await RetryAsync(integration, payload, cancellation);
        }
        catch (Exception failure) when (failure is not (StoreUnavailableException or OperationCanceledException))
        {
            logger.LogError(failure, "Trying the unmapped payload {Id} again failed; it is kept", payload.Id);
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
