using MassTransit;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Lanes.RabbitMq.Client;

/// <summary>
/// Logs once when the consumers lose the broker and once when they are connected again, so that a long outage does not write thousands of
/// lines.
/// </summary>
internal sealed class ConnectionLog(ILogger logger) : IReceiveEndpointObserver
{
    private int _away;

    /// <summary>Whether the last report of a consumer was a failure.</summary>
    public bool IsAway => Volatile.Read(ref _away) == 1;

    public Task Ready(ReceiveEndpointReady ready)
    {
        if (Interlocked.Exchange(ref _away, 0) == 1) logger.LogInformation("The lanes' consumers are connected.");
        return Task.CompletedTask;
    }

    public Task Faulted(ReceiveEndpointFaulted faulted)
    {
        if (Interlocked.Exchange(ref _away, 1) == 0)
            logger.LogWarning("The lanes' consumers are not connected: {Reason}", faulted.Exception?.Message);
        return Task.CompletedTask;
    }

    public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

    public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;
}
