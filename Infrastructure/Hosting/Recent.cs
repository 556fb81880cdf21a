namespace HealthApi.Infrastructure.Hosting;

/// <summary>
/// Caches the result of a look-up for a short time. Callers that ask during a look-up share it, and it runs to its end even if they cancel.
/// </summary>
/// <param name="look">The look-up. After a failure the next caller starts it again.</param>
/// <param name="fresh">How long a result is used, counted from the start of its look-up.</param>
/// <param name="time">The clock; only elapsed time is used.</param>
public sealed class Recent<T>(Func<Task<T>> look, TimeSpan fresh, TimeProvider time)
{
    private readonly Lock _lock = new();
    private Task<T>? _look;
    private long _begun;

    /// <summary>The cached result, or a new one where the cached one is too old.</summary>
    /// <exception cref="OperationCanceledException">The caller cancelled; the look-up continues for the others.</exception>
    public Task<T> GetAsync(CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_look is null || (_look.IsCompleted && (!_look.IsCompletedSuccessfully || time.GetElapsedTime(_begun) >= fresh)))
                (_look, _begun) = (Task.Run(look, CancellationToken.None), time.GetTimestamp());
            return _look.WaitAsync(cancellation);
        }
    }

    /// <summary>Drops the cached result; the next caller starts a new look-up.</summary>
    public void Forget()
    {
        lock (_lock) _look = null;
    }
}
