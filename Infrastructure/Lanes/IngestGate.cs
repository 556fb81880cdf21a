using System.Threading.Channels;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Telemetry;
using Microsoft.Extensions.Options;

namespace HealthApi.Infrastructure.Lanes;

/// <summary>
/// The entrance of the lanes. Each lane writer takes all waiting submissions, appends them at once and then answers every caller. The first
/// submission is appended immediately, and those that arrive meanwhile are appended together, so callers that post single events share the
/// cost of a batch without a timer.
/// </summary>
public sealed class IngestGate : IAsyncDisposable
{
    private const int MaxBatchEvents = 200, MaxBatchBytes = 64 * 1024, MaxAppendEvents = 10_000, MaxAppendBytes = 8 * 1024 * 1024;

    private readonly ILaneTransport _transport;
    private readonly AcceptingProcess _process;
    private readonly int _partitions;
    private readonly Channel<Submission>[] _waiting;
    private readonly Task[] _writers;

    public IngestGate(ILaneTransport transport, AcceptingProcess process, IOptions<MessagingOptions> options)
    {
        (_transport, _process) = (transport, process);
        _partitions = options.Value.Partitions;
        _waiting =
            [.. Enumerable.Range(0, transport.Writers).Select(_ => Channel.CreateUnbounded<Submission>(new() { SingleReader = true }))];
        _writers = [.. _waiting.Select(channel => Task.Run(() => WriteLoopAsync(channel.Reader)))];
    }

    /// <summary>Returns once every event is durable.</summary>
    /// <exception cref="Database.StoreUnavailableException">Nothing durable can be reached; some of the events may have been stored.
    /// Sending them again is harmless.</exception>
    public Task SubmitAsync(IReadOnlyList<EventEnvelope> events)
    {
        if (_waiting.Length == 1) return EnqueueAsync(0, events);
        var groups = events.GroupBy(envelope => Lane.Of(envelope.AccountId, _partitions) % _waiting.Length);
        return Task.WhenAll(groups.Select(group => EnqueueAsync(group.Key, [.. group])));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _waiting) channel.Writer.TryComplete();
        await Task.WhenAll(_writers);
    }

    private Task EnqueueAsync(int writer, IReadOnlyList<EventEnvelope> events)
    {
        var submission = new Submission(events);
        if (!_waiting[writer].Writer.TryWrite(submission)) throw new Database.StoreUnavailableException("The service is stopping.");
        return submission.Durable.Task;
    }

    private async Task WriteLoopAsync(ChannelReader<Submission> reader)
    {
        var taken = new List<Submission>();
        while (await reader.WaitToReadAsync())
        {
            await TakeAsync(reader, taken);
            await AppendAsync(taken);
            taken.Clear();
        }
    }

    /// <summary>
    /// Takes the waiting submissions. Yields and takes again as long as more arrive, so that requests which are being read at this moment,
    /// queued behind this task in the thread pool, join the append.
    /// </summary>
    private static async ValueTask TakeAsync(ChannelReader<Submission> reader, List<Submission> taken)
    {
        var (events, bytes, before) = (0, 0L, -1);
        while (taken.Count > before && events < MaxAppendEvents && bytes < MaxAppendBytes)
        {
            if (before >= 0) await Task.Yield();
            before = taken.Count;
            while (events < MaxAppendEvents && bytes < MaxAppendBytes && reader.TryRead(out var submission))
            {
                taken.Add(submission);
                events += submission.Events.Count;
                bytes += submission.Bytes;
            }
        }
    }

    private async Task AppendAsync(List<Submission> taken)
    {
        try
        {
            await _transport.AppendAsync(ToBatches(taken), CancellationToken.None);
            var accepted = taken.Sum(submission => submission.Events.Count);
            _process.Accept(accepted);
            HealthTelemetry.Accepted.Add(accepted);
            foreach (var submission in taken) submission.Durable.TrySetResult();
        }
        catch (Exception failure)
        {
            foreach (var submission in taken) submission.Durable.TrySetException(failure);
        }
    }

    private List<LaneBatch> ToBatches(List<Submission> taken)
    {
        var lanes = new List<EventEnvelope>?[_partitions];
        foreach (var submission in taken)
        {
            foreach (var envelope in submission.Events)
                (lanes[Lane.Of(envelope.AccountId, _partitions)] ??= []).Add(envelope);
        }

        var batches = new List<LaneBatch>();
        for (var lane = 0; lane < lanes.Length; lane++)
        {
            if (lanes[lane] is { } events)
                Split(lane, events, batches);
        }

        return batches;
    }

    private void Split(int lane, List<EventEnvelope> events, List<LaneBatch> batches)
    {
        var (start, bytes) = (0, 0);
        for (var index = 0; index < events.Count; index++)
        {
            var size = EventBatchCodec.Size(events[index]);
            if (index > start && (index - start == MaxBatchEvents || bytes + size > MaxBatchBytes))
            {
                batches.Add(ToBatch(lane, events[start..index]));
                (start, bytes) = (index, 0);
            }

            bytes += size;
        }

        batches.Add(ToBatch(lane, events[start..]));
    }

    private LaneBatch ToBatch(int lane, List<EventEnvelope> events) =>
        new(lane, events.Count, EventBatchCodec.Encode(events, _process.NextMessage()));

    private sealed record Submission(IReadOnlyList<EventEnvelope> Events)
    {
        public long Bytes { get; } = Events.Sum(envelope => (long)envelope.Data.Length);

        public TaskCompletionSource Durable { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
