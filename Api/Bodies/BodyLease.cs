namespace HealthApi.Api.Bodies;

/// <summary>
/// The memory that one request body holds of a <see cref="BodyPool"/>. One request uses it; only <see cref="CutOff"/> is called by other
/// requests.
/// </summary>
internal sealed class BodyLease(BodyPool pool, long since) : IDisposable
{
    private readonly Lock _lock = new();
    private CancellationTokenSource? _cut;
    private bool _canBeCut;
    private bool _isCut;
    private long _held;

    /// <summary>Bytes held.</summary>
    public long Held => Interlocked.Read(ref _held);

    /// <summary>The timestamp at which the lease was opened.</summary>
    public long Since => since;

    /// <summary>Whether the body was cut off, so that other requests get its memory.</summary>
    public bool IsCut => Volatile.Read(ref _isCut);

    /// <summary>Takes memory. False if the pool has no room or the body was cut off; nothing is taken then.</summary>
    public bool TryTake(long bytes)
    {
        if (IsCut || !pool.TryTake(bytes, Held)) return false;
        lock (_lock)
        {
            if (!_isCut)
            {
                _held += bytes;
                return true;
            }
        }

        pool.Return(bytes);
        return false;
    }

    /// <summary>Returns memory to the pool. Does nothing after the body was cut off, because that returned all of it.</summary>
    public void Return(long bytes)
    {
        lock (_lock)
        {
            if (_isCut) return;
            _held -= bytes;
        }

        pool.Return(bytes);
    }

    /// <summary>
    /// Allows other requests to cut this body off. The token is cancelled when they do, or when the request's own token is.
    /// </summary>
    public CancellationToken Watch(CancellationToken request)
    {
        _cut ??= CancellationTokenSource.CreateLinkedTokenSource(request);
        SetCuttable(true);
        pool.Watch(this);
        return _cut.Token;
    }

    /// <summary>The body can no longer be cut off.</summary>
    public void Settle()
    {
        pool.Forget(this);
        SetCuttable(false);
    }

    /// <summary>Returns the body's memory to the pool and cancels its token. False if the body cannot be cut off.</summary>
    public bool CutOff()
    {
        long freed;
        lock (_lock)
        {
            if (_isCut || !_canBeCut) return false;
            (_isCut, freed, _held) = (true, _held, 0);
        }

        pool.Forget(this);
        pool.Return(freed);
        _ = _cut!.CancelAsync();
        return true;
    }

    public void Dispose()
    {
        Settle();
        Return(Held);

        // After a cut-off another thread may still be about to cancel this source.
        if (!IsCut) _cut?.Dispose();
    }

    private void SetCuttable(bool canBeCut)
    {
        lock (_lock) _canBeCut = canBeCut;
    }
}
