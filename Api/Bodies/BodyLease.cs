namespace HealthApi.Api.Bodies;

/// <summary>
/// What one request body holds of a <see cref="BodyPool"/>. Used by one request; only <see cref="CutOff"/> is called by others.
/// </summary>
internal sealed class BodyLease(BodyPool pool, long since) : IDisposable
{
    private readonly Lock _lock = new();
    private CancellationTokenSource? _cut;
    private bool _isComing;
    private bool _isCut;
    private long _held;

    /// <summary>Bytes held.</summary>
    public long Held => Interlocked.Read(ref _held);

    /// <summary>The timestamp at which the body began.</summary>
    public long Since => since;

    /// <summary>Whether it lost its place to others.</summary>
    public bool IsCut => Volatile.Read(ref _isCut);

    /// <summary>False where there is no room, or the body was cut off; nothing is taken then.</summary>
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

    /// <summary>Gives a part back. What was cut off has nothing to give.</summary>
    public void Return(long bytes)
    {
        lock (_lock)
        {
            if (_isCut) return;
            _held -= bytes;
        }

        pool.Return(bytes);
    }

    /// <summary>From now on the request can be cut off. The token ends then, or with the request's own.</summary>
    public CancellationToken Watch(CancellationToken request)
    {
        _cut ??= CancellationTokenSource.CreateLinkedTokenSource(request);
        SetComing(true);
        pool.Watch(this);
        return _cut.Token;
    }

    /// <summary>From now on the request can no longer be cut off.</summary>
    public void Settle()
    {
        pool.Forget(this);
        SetComing(false);
    }

    /// <summary>Takes its memory away and ends its token. False where it is not to be cut off.</summary>
    public bool CutOff()
    {
        long freed;
        lock (_lock)
        {
            if (_isCut || !_isComing) return false;
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

        // Who cuts off may still be about to cancel.
        if (!IsCut) _cut?.Dispose();
    }

    private void SetComing(bool isComing)
    {
        lock (_lock) _isComing = isComing;
    }
}
