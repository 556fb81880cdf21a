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
/// Accepts parked payloads again once an account claims their customer. A payload is deleted only after its events are durable, so it is
/// accepted at least once; a second time its events are duplicates. This loop also retries unmapped payloads whose integration has changed,
/// and deletes payloads that are older than the retention of events.
/// </summary>
internal sealed class PayloadReleaser(
    PayloadStore payloads, IntegrationStore integrations, InboundIntake intake, UnmappedRetrier unmapped, ClaimSignal signal,
    IOptions<RetentionOptions> retention, LoopHealth health,
    TimeProvider time, ILogger<PayloadReleaser> logger)
    : WorkerLoop("payload releaser", health, logger)
{
    private const int PageSize = 100;

    /// <summary>The maximum number of parked payloads that one turn checks.</summary>
    private const int SliceSize = 2_000;

    /// <summary>Covers differences between the clocks of processes, and transactions that commit later than their timestamp.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(1);

    /// <summary><c>Interval</c>: how often to look for accounts that other processes have written.</summary>
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
    /// First releases the payloads of accounts that were written since the last look, then those in one slice of all parked payloads; the
    /// next look checks the next slice. The cost of a look is therefore bounded, and the slices find the payloads that the first step
    /// misses (a link that came later, an account that was created by a delayed event).
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

    /// <summary>Releases page by page, so that a payload that cannot be released yet does not block the others.</summary>
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

    /// <summary>
    /// False where the payload stays parked: no account claims it, or accepting it failed, which does not stop the others.
    /// </summary>
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
            Failed(failure, $"accepting the parked payload {payload.Id}");
            return false;
        }
    }
}
