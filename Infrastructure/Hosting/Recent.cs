namespace HealthApi.Infrastructure.Hosting;

/// <summary>Something that is looked up at most so often, once for all who ask meanwhile, and to its end even where they give up.</summary>
/// <param name="look">The look-up; one that fails is made again for whoever asks next.</param>
/// <param name="fresh">For how long a finding is given, from the beginning of its look-up.</param>
/// <param name="time">The clock; only elapsed time counts.</param>
public sealed class Recent<T>(Func<Task<T>> look, TimeSpan fresh, TimeProvider time)
{
    private readonly Lock _lock = new();
    private Task<T>? _look;
    private long _begun;

    /// <summary>The newest finding; looks up where that is too old.</summary>
    /// <exception cref="OperationCanceledException">Whoever asks gave up; the look-up goes on for the others.</exception>
    public Task<T> GetAsync(CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_look is null || (_look.IsCompleted && (!_look.IsCompletedSuccessfully || time.GetElapsedTime(_begun) >= fresh)))
                (_look, _begun) = (Task.Run(look, CancellationToken.None), time.GetTimestamp());
            return _look.WaitAsync(cancellation);
        }
    }

    /// <summary>Whoever asks from now on gets what is looked up from now on.</summary>
    public void Forget()
    {
        lock (_lock) _look = null;
    }
}
