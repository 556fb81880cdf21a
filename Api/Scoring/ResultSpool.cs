using HealthApi.Api.Serialization;
using Microsoft.AspNetCore.WebUtilities;

namespace HealthApi.Api.Scoring;

/// <summary>
/// Stands between scoring and the caller. Many HTTP clients send their whole request before they read a byte of the answer; were results
/// held back until they read, a long stream would stop for good. What such a caller leaves unread waits here, beyond 128 KiB in a
/// temporary file. One thread appends; sending goes on beside it.
/// </summary>
internal sealed class ResultSpool(Stream target, CancellationToken cancellation) : IAsyncDisposable
{
    private const int MemoryBytes = 128 * 1024;
    private const long MaxWaitingBytes = 4L * 1024 * 1024 * 1024;

    private readonly SemaphoreSlim _swap = new(1);
    private FileBufferingWriteStream _filling = new(MemoryBytes);
    private FileBufferingWriteStream _draining = new(MemoryBytes);
    private Task _sending = Task.CompletedTask;
    private bool _isSending;
    private bool _isFull;

    /// <summary>Takes over all that was written. Waits only for a caller who has left gigabytes unread.</summary>
    public async ValueTask AppendAsync(Utf8Output output)
    {
        if (_isFull || _sending is { IsCompleted: true, IsCompletedSuccessfully: false }) await _sending;
        await _swap.WaitAsync(cancellation);
        var start = !_isSending;
        try
        {
            // Only who holds the lock may touch the streams: the sender swaps them, and closes the file of the one it has drained.
            await output.FlushAsync(_filling, cancellation);
            _isFull = _filling.Length > MaxWaitingBytes;
            _isSending = true;
        }
        finally
        {
            _swap.Release();
        }

        if (start) _sending = SendAsync();
    }

    /// <summary>Returns when everything has been sent.</summary>
    public Task CompleteAsync() => _sending;

    public async ValueTask DisposeAsync()
    {
        // However the stream ended, the buffers are given back only when nobody uses them any more.
        await _sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _filling.DisposeAsync();
        await _draining.DisposeAsync();
        _swap.Dispose();
    }

    private async Task SendAsync()
    {
        while (await SwapAsync())
        {
            await _draining.DrainBufferAsync(target, cancellation);
            await target.FlushAsync(cancellation);
        }
    }

    /// <summary>Turns what was filled to draining; false where nothing waits.</summary>
    private async Task<bool> SwapAsync()
    {
        await _swap.WaitAsync(cancellation);
        try
        {
            _isSending = _filling.Length > 0;
            _isFull = false;
            (_filling, _draining) = (_draining, _filling);
            return _isSending;
        }
        finally
        {
            _swap.Release();
        }
    }
}
