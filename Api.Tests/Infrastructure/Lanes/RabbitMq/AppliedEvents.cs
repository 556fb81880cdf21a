using System.Collections.Concurrent;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Lanes;

namespace HealthApi.Api.Tests.Infrastructure.Lanes.RabbitMq;

/// <summary>A handler that records the events that it receives, by lane and in order.</summary>
internal sealed class AppliedEvents
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<int>> _lanes = new();
    private int _count, _calls;

    public int Count => Volatile.Read(ref _count);

    public int Calls => Volatile.Read(ref _calls);

    public int[] All => [.. _lanes.Values.SelectMany(numbers => numbers).Order()];

    public LaneHandler Handler => (payloads, _) =>
    {
        Record(payloads);
        return Task.CompletedTask;
    };

    public int[] Of(int lane) => _lanes.TryGetValue($"lane-{lane}", out var numbers) ? [.. numbers] : [];

    public void Record(IReadOnlyList<LaneMessage> messages)
    {
        Interlocked.Increment(ref _calls);
        foreach (var envelope in messages.SelectMany(message => EventBatchCodec.Decode(message.Payload)))
        {
            _lanes.GetOrAdd(envelope.AccountId, _ => new()).Enqueue(int.Parse(envelope.Id));
            Interlocked.Increment(ref _count);
        }
    }
}
