using System.Text;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.Hosting;
using HealthApi.Infrastructure.Integrations;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HealthApi.Infrastructure.Inbound;

/// <summary>
/// Takes parked payloads in again once an account claims their customer. A payload is deleted only after its events are durable, so it is
/// taken in at least once; the second time its events are repeats. Also has unmapped payloads tried again whose integration has changed,
/// and deletes what was kept longer than the event log is.
/// </summary>
internal sealed class PayloadReleaser(
    PayloadStore payloads, IntegrationStore integrations, InboundIntake intake, UnmappedRetrier unmapped, ClaimSignal signal,
    IOptions<RetentionOptions> retention, LoopHealth health,
    TimeProvider time, ILogger<PayloadReleaser> logger)
    : WorkerLoop("payload releaser", health, logger)
{
    private const int PageSize = 100;

    /// <summary>Parked payloads that a look goes through at most.</summary>
    private const int SliceSize = 2_000;

    /// <summary>By how much the clocks of processes may differ, and what was written may commit late.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(1);

    /// <summary>Claims made by other processes are seen after this long.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5), Sweep = TimeSpan.FromHours(1);

    private DateTimeOffset _swept = DateTimeOffset.MinValue;
    private DateTimeOffset? _looked;
    private PayloadPosition? _slice;

    protected override async Task TurnAsync(CancellationToken stopping)
    {
        await ReleaseAsync(stopping);
        var waits = await unmapped.RetryChangedAsync(stopping);
        if (time.GetUtcNow() - _swept >= Sweep)
            await payloads.DeleteOlderAsync((_swept = time.GetUtcNow()) - retention.Value.EventsSpan, stopping);
        if (!waits) await signal.WaitAsync(Interval, stopping);
    }

    /// <summary>
    /// What accounts that were written since the last look have claimed, then a slice of all that is parked, and the next slice the next
    /// time: a look costs no more however much is parked, and what the first finds no sign of (a link told later, an account of an event
    /// that lagged) is found in turn.
    /// </summary>
    private async Task ReleaseAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (_looked is { } looked)
            await ReleaseAsync(after => payloads.NewlyClaimedAsync(looked - Overlap, after, PageSize, cancellation), null, cancellation);
        _looked = now;
        if (await payloads.SliceEndAsync(_slice, SliceSize, cancellation) is { } end)
        {
            await ReleaseAsync(after => payloads.ClaimedAsync(after, end, PageSize, cancellation), _slice, cancellation);
            _slice = await payloads.SliceEndAsync(end, 1, cancellation) is null ? null : end;
        }
        else
        {
            _slice = null;
        }
    }

    /// <summary>Page by page, so that one which cannot be released yet does not hold up the others.</summary>
    private async Task ReleaseAsync(
        Func<PayloadPosition?, Task<IReadOnlyList<KeptPayload>>> read, PayloadPosition? after, CancellationToken cancellation)
    {
        while (await read(after) is { Count: > 0 } claimed)
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
                && await intake.AcceptAsync(
                    integration, Encoding.UTF8.GetBytes(payload.Payload), payload.ReceivedAt, payload.Kind, null, cancellation)
                    is { } receipt
                && !receipt.KeptIds.Contains(payload.Id);
        }
        catch (Exception failure) when (failure is not (StoreUnavailableException or OperationCanceledException))
        {
            Failed(failure, $"taking in the parked payload {payload.Id}");
            return false;
        }
    }
}
