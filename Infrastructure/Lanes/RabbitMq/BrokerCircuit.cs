using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Lanes.RabbitMq;

/// <summary>
/// Knows whether publishing is worth trying. One failure opens it; while open nobody publishes and nobody waits, and a probe in the background
/// finds out when the broker confirms again, so no request ever pays for the question.
/// </summary>
internal sealed class BrokerCircuit(Func<CancellationToken, Task<bool>> probe, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _disposed = new();
    private CancellationTokenSource _opened = new();
    private Task _probing = Task.CompletedTask;

    public bool IsOpen => _opened.IsCancellationRequested;

    /// <summary>Cancelled when the circuit opens: who waits for a confirm need not wait any longer.</summary>
    public CancellationToken Opened => _opened.Token;

    public void Open()
    {
        lock (_gate)
        {
            if (IsOpen || _disposed.IsCancellationRequested) return;
            logger.LogWarning("RabbitMQ does not confirm: events go to the store's lane table until it does.");
            _opened.Cancel();
            _probing = Task.Run(ProbeUntilBackAsync);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task probing;
        lock (_gate)
        {
            _disposed.Cancel();
            probing = _probing;
        }

        await probing;
    }

    private async Task ProbeUntilBackAsync()
    {
        try
        {
            while (!await probe(_disposed.Token)) await Task.Delay(ProbeInterval, time, _disposed.Token);
            lock (_gate) _opened = new CancellationTokenSource();
            logger.LogInformation("RabbitMQ confirms again.");
        }
        catch (OperationCanceledException) when (_disposed.IsCancellationRequested)
        {
            // The process stops.
        }
    }
}
