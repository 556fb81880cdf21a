using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace HealthApi.Infrastructure.Lanes.RabbitMq.Client;

/// <summary>
/// Counts the lanes that have a queue at the broker. The first <c>known</c> lanes are known to exist and are not checked.
/// </summary>
/// <exception cref="Exception">The broker does not answer.</exception>
internal delegate Task<int> FindLanes(int known, CancellationToken deadline);

/// <summary>
/// Finds the queues of lanes at the broker that the store does not know: those of a version that did not store how many lanes it used, or
/// of a process that published while the store was unavailable.
/// </summary>
internal sealed class LaneDiscovery(RabbitMqBus buses)
{
    private const int NotFound = 404;

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    /// <inheritdoc cref="FindLanes"/>
    public async Task<int> CountAsync(int known, CancellationToken deadline)
    {
        // Queues are numbered without a gap.
        await using var bus = buses.Start("healthapi lanes", StopTimeout, _ => { });
        var count = known;
        await bus.WithConnectionAsync(
            async connection =>
            {
                // The broker closes the channel when it answers that a queue is missing.
                await using var channel = await connection.CreateChannelAsync(cancellationToken: deadline);
                while (count < MessagingOptions.MaxPartitions && await IsThereAsync(channel, LaneTopology.Queue(count), deadline)) count++;
            },
            deadline);
        return count;
    }

    private static async Task<bool> IsThereAsync(IChannel channel, string queue, CancellationToken deadline)
    {
        try
        {
            await channel.QueueDeclarePassiveAsync(queue, deadline);
            return true;
        }
        catch (OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == NotFound)
        {
            return false;
        }
    }
}
