using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Lanes.RabbitMq.Client;

/// <summary>
/// Decides whether to publish. One failure opens the circuit. While it is open nothing is published, and a probe in the background finds
/// out when the broker confirms again, so no request waits for the broker.
/// </summary>
internal sealed class BrokerCircuit(Func<CancellationToken, Task<string?>> probe, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100), LongestPause = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _disposed = new();
    private CancellationTokenSource _opened = new();
    private Task _probing = Task.CompletedTask;

    public bool IsOpen => _opened.IsCancellationRequested;

    /// <summary>Cancelled when the circuit opens, so that callers stop waiting for confirms.</summary>
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
            // The process is stopping.
        }
    }

    /// <summary>A probe that fails unexpectedly counts as a missing confirm; the next probe follows.</summary>
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
