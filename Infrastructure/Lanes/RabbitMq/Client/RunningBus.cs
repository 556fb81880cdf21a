using MassTransit;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;

namespace HealthApi.Infrastructure.Lanes.RabbitMq.Client;

/// <summary>
/// A bus that runs as long as the process. Its start is not awaited, because MassTransit completes it only once the broker answers; before
/// and after that the bus connects by itself.
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

    /// <param name="bus">A bus that is not started yet.</param>
    /// <param name="connection">The bus's connection.</param>
    /// <param name="stopTimeout">How long consumers may take to finish what they have.</param>
    public RunningBus(IBusControl bus, IConnectionContextSupervisor connection, TimeSpan stopTimeout)
    {
        (_bus, _connection, _stopTimeout) = (bus, connection, stopTimeout);
        _started = bus.StartAsync(_stop.Token);
    }

    /// <summary>The endpoint that publishes; connects if necessary, whether the bus has started or not.</summary>
    public Task<ISendEndpoint> PublishEndpointAsync<T>()
        where T : class => _bus.GetPublishSendEndpoint<T>();

    /// <summary>Runs an action on the bus's connection; connects if necessary.</summary>
    public Task WithConnectionAsync(Func<IConnection, Task> act, CancellationToken cancellation) =>
        _connection.Send(Pipe.ExecuteAsync<ConnectionContext>(context => act(context.Connection)), cancellation);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1) return;
        if (_started.IsCompletedSuccessfully)
        {
            await WithinAsync(_bus.StopAsync(_stopTimeout), _stopTimeout + CancelPatience);
            return;
        }

        await _stop.CancelAsync();
        await WithinAsync(_started, CancelPatience);
    }

    /// <summary>Some stops, and some cancelled starts, never complete when the link breaks meanwhile. Nobody may wait for them.</summary>
    private static async Task WithinAsync(Task ending, TimeSpan patience)
    {
        await Task.WhenAny(ending, Task.Delay(patience));
        if (ending.IsCompleted) await ending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
