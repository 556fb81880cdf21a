using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Lanes.RabbitMq.Client;

/// <summary>
/// Knows whether publishing is worth trying. One failure opens it; while open nobody publishes and nobody waits, and a probe in the
/// background finds out when the broker confirms again, so no request ever pays for the question.
/// </summary>
internal sealed class BrokerCircuit(Func<CancellationToken, Task<string?>> probe, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100), LongestPause = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _disposed = new();
    private CancellationTokenSource _opened = new();
    private Task _probing = Task.CompletedTask;

    public bool IsOpen => _opened.IsCancellationRequested;

    /// <summary>Cancelled when the circuit opens: who waits for a confirm need not wait any longer.</summary>
    public CancellationToken Opened => _opened.Token;

    public void Open(string reason)
    {
        lock (_gate)
        {
            if (IsOpen || _disposed.IsCancellationRequested) return;
            logger.LogWarning("RabbitMQ does not confirm ({Reason}): events go to the store's lane table until it does.", reason);
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
            for (var pause = FirstPause; await ProbeSafelyAsync() is not null; pause = Longer(pause))
                await Task.Delay(pause, time, _disposed.Token);
            lock (_gate) _opened = new CancellationTokenSource();
            logger.LogInformation("RabbitMQ confirms again.");
        }
        catch (OperationCanceledException) when (_disposed.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    /// <summary>A probe that fails unexpectedly finds no broker; the next one follows.</summary>
    private async Task<string?> ProbeSafelyAsync()
    {
        try
        {
            return await probe(_disposed.Token);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !_disposed.IsCancellationRequested)
        {
            logger.LogError(failure, "A probe of RabbitMQ failed");
            return failure.Message;
        }
    }

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < LongestPause ? pause * 2 : LongestPause;
}
