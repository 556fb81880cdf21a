using HealthApi.Infrastructure.Lanes.RabbitMq.Client;

namespace HealthApi.Infrastructure.Lanes.RabbitMq.Publishing;

/// <summary>
/// Asks the broker how many batches wait in each lane's queue. It uses a connection of its own: a broker in alarm stops reading from
/// connections that publish, and a request that was abandoned unanswered must not delay a publisher's confirms.
/// </summary>
internal sealed class QueueCounter(RabbitMqBus buses, LanePartitions partitions) : IAsyncDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private readonly RunningBus _bus = buses.Start("healthapi backlog", StopTimeout, _ => { });

    /// <exception cref="Exception">The broker is unavailable, or a queue is missing.</exception>
    public async Task<long[]> CountAsync(CancellationToken deadline)
    {
        var depths = new long[partitions.Count];
        await _bus.WithConnectionAsync(
            async connection =>
            {
                await using var channel = await connection.CreateChannelAsync(cancellationToken: deadline);
                for (var lane = 0; lane < depths.Length; lane++)
                    depths[lane] = await channel.MessageCountAsync(LaneTopology.Queue(lane), deadline);
            },
            deadline);
        return depths;
    }

    public ValueTask DisposeAsync() => _bus.DisposeAsync();
}
