using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HealthApi.Infrastructure.Lanes.RabbitMq;

/// <summary>Keeps a worker consuming: whenever its session breaks, or the broker is not there yet, it tries again after a second.</summary>
internal sealed class LaneConsumers(
    RabbitMqBus buses, IOptions<MessagingOptions> options, LaneHandler handler, TimeProvider time, ILogger<LaneConsumers> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunSessionAsync(stoppingToken);
                await Task.Delay(Pause, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task RunSessionAsync(CancellationToken stopping)
    {
        try
        {
            await using var session = new LaneSession(buses, options.Value.Partitions, handler, time, logger);
            await session.RunAsync(stopping);
        }
        catch (Exception failure) when (!stopping.IsCancellationRequested)
        {
            logger.LogWarning("The lanes' consumers are not connected: {Reason}", failure.Message);
        }
    }
}
