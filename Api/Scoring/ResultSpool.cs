using HealthApi.Api.Serialization;
using Microsoft.AspNetCore.WebUtilities;

namespace HealthApi.Api.Scoring;

/// <summary>
/// Buffers results between scoring and the caller. Many HTTP clients send their whole request before they read the answer. If scoring
/// waited for such a client to read, a long stream would deadlock. Unread results wait here, beyond 128 KiB in a temporary file. One thread
/// appends while another task sends.
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

    /// <summary>Moves the content of the output to the spool. Waits for the caller only while more than 4 GiB are unread.</summary>
    public async ValueTask AppendAsync(Utf8Output output)
    {
        if (_isFull || _sending is { IsCompleted: true, IsCompletedSuccessfully: false }) await _sending;
        await _swap.WaitAsync(cancellation);
        var start = !_isSending;
        try
        {
            // The streams may be used only under the lock: the sender swaps them and closes the file of the one that it has drained.
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

    /// <summary>Completes when everything has been sent.</summary>
    public Task CompleteAsync() => _sending;

    public async ValueTask DisposeAsync()
    {
        // The buffers are returned only after the sender has ended, also when it failed.
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

    /// <summary>Swaps the filled stream and the drained one; false if nothing waits.</summary>
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
