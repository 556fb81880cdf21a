using System.Text;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Events;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HealthApi.Infrastructure.Integrations;

/// <summary>
/// Takes parked payloads in again once an account claims their customer. A payload is deleted only after its events are durable, so it is taken in at least once;
/// the second time its events are repeats. Also deletes what was kept longer than the event log is.
/// </summary>
internal sealed class PayloadReleaser(
    PayloadStore payloads, IntegrationStore integrations, InboundIntake intake, ClaimSignal signal, IOptions<RetentionOptions> retention, LoopHealth health,
    TimeProvider time, ILogger<PayloadReleaser> logger)
    : WorkerLoop("payload releaser", health, logger)
{
    private const int PageSize = 100;

    /// <summary>Claims made by other processes are seen after this long.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5), Sweep = TimeSpan.FromHours(1);

    private DateTimeOffset _swept = DateTimeOffset.MinValue;

    protected override async Task TurnAsync(CancellationToken stopping)
    {
        await ReleaseAsync(stopping);
        if (time.GetUtcNow() - _swept >= Sweep) await payloads.DeleteOlderAsync((_swept = time.GetUtcNow()) - retention.Value.EventsSpan, stopping);
        await signal.WaitAsync(Interval, stopping);
    }

    /// <summary>Page by page, so that one which cannot be released yet does not hold up the others.</summary>
    private async Task ReleaseAsync(CancellationToken cancellation)
    {
        PayloadPosition? after = null;
        while (await payloads.ClaimedAsync(after, PageSize, cancellation) is { Count: > 0 } claimed)
        {
            var done = new List<string>();
            foreach (var payload in claimed)
                if (await ReleaseAsync(payload, cancellation)) done.Add(payload.Id);
            await payloads.DeleteAsync(done, cancellation);
            after = new PayloadPosition(claimed[^1].ReceivedAt, claimed[^1].Id);
        }
    }

    /// <summary>False where it is parked as before: it is not claimed after all, or it fails, which keeps none of the others.</summary>
    private async Task<bool> ReleaseAsync(KeptPayload payload, CancellationToken cancellation)
    {
        try
        {
            return await integrations.FindAsync(payload.IntegrationId, cancellation) is { } integration
                && await intake.AcceptAsync(integration, Encoding.UTF8.GetBytes(payload.Payload), payload.ReceivedAt, payload.Kind, null, cancellation) is { } receipt
                && !receipt.KeptIds.Contains(payload.Id);
        }
        catch (Exception failure) when (failure is not (StoreUnavailableException or OperationCanceledException))
        {
            Failed(failure, $"taking in the parked payload {payload.Id}");
            return false;
        }
    }
}
