using System.Security.Cryptography;
using HealthApi.Core.Events;

namespace HealthApi.Infrastructure.Lanes;

/// <summary>
/// The identity of this process as one that accepts events. It numbers the process's lane messages and counts the events that the process
/// has acknowledged since its start.
/// </summary>
public sealed class AcceptingProcess
{
    private long _number, _accepted;

    /// <summary>
    /// Random for each start, so that no two processes use the same message ids; never 0, which means that a message has no id.
    /// </summary>
    public long Id { get; } = Draw();

    /// <summary>Events acknowledged so far.</summary>
    public long Accepted => Interlocked.Read(ref _accepted);

    /// <summary>The id of the next message; its number is greater than that of every message begun before.</summary>
    public LaneMessageId NextMessage() => new(Id, Interlocked.Increment(ref _number));

    /// <summary>Counts events that are durable and about to be acknowledged.</summary>
    public void Accept(int events) => Interlocked.Add(ref _accepted, events);

    private static long Draw()
    {
        Span<byte> random = stackalloc byte[sizeof(long)];
        RandomNumberGenerator.Fill(random);
        return BitConverter.ToInt64(random) is var id and not 0 ? id : 1;
    }
}
