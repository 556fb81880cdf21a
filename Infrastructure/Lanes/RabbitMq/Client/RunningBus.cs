using MassTransit;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;

namespace HealthApi.Infrastructure.Lanes.RabbitMq.Client;

/// <summary>
/// A bus for the life of the process. Its start is not waited for, since MassTransit ends it only when the broker is there; until then and
/// ever after the bus connects by itself.
/// </summary>
internal sealed class RunningBus : IAsyncDisposable
{
    private static readonly TimeSpan CancelPatience = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stop = new();
    private readonly IBusControl _bus;
    private readonly IConnectionContextSupervisor _connection;
    private readonly Task _started;
    private readonly TimeSpan _stopTimeout;
    private int _disposed;

    /// <param name="bus">Not yet started.</param>
    /// <param name="connection">The bus's connection.</param>
    /// <param name="stopTimeout">How long consumers may take to finish what they have.</param>
    public RunningBus(IBusControl bus, IConnectionContextSupervisor connection, TimeSpan stopTimeout)
    {
        (_bus, _connection, _stopTimeout) = (bus, connection, stopTimeout);
        _started = bus.StartAsync(_stop.Token);
    }

    /// <summary>Publishes; connects if need be, started or not.</summary>
    public Task<ISendEndpoint> PublishEndpointAsync<T>()
        where T : class => _bus.GetPublishSendEndpoint<T>();

    /// <summary>Does something with the bus's connection; connects if need be.</summary>
    public Task WithConnectionAsync(Func<IConnection, Task> act, CancellationToken cancellation) =>
        _connection.Send(Pipe.ExecuteAsync<ConnectionContext>(context => act(context.Connection)), cancellation);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1) return;
        if (_started.IsCompletedSuccessfully)
        {
            await _bus.StopAsync(_stopTimeout);
            return;
        }

        // Not all ways a start can be cancelled come to an end.
        await _stop.CancelAsync();
        await Task.WhenAny(_started, Task.Delay(CancelPatience));
    }
}
