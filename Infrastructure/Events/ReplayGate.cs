namespace HealthApi.Infrastructure.Events;

/// <summary>
/// Limits how many large logs this process reads and folds at the same time: half the number of processors, at least one. Reading the past
/// of large accounts then leaves processors for other work. Requests wait in a short queue; background work waits without limit.
/// </summary>
public sealed class ReplayGate : IDisposable
{
    /// <summary>A reader may read this many events without waiting.</summary>
    internal const int FreeEvents = 10_000;

    internal const int MostWaiting = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim _running = new(Math.Max(1, Environment.ProcessorCount / 2));
    private int _waiting;

    /// <summary>Begins a reader's turn; dispose of it at the end. The reader waits only after <see cref="FreeEvents"/> events.</summary>
    /// <param name="patient">Whether to wait without limit; for background work.</param>
    internal Turn Begin(bool patient) => new(this, patient);

    public void Dispose() => _running.Dispose();

    private async Task EnterAsync(bool patient, CancellationToken cancellation)
    {
        if (patient)
        {
            await _running.WaitAsync(cancellation);
            return;
        }

        if (Interlocked.Increment(ref _waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw new ReplayBusyException();
        }

        try
        {
            if (!await _running.WaitAsync(Patience, cancellation)) throw new ReplayBusyException();
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    internal sealed class Turn(ReplayGate gate, bool patient) : IDisposable
    {
        private bool _entered;
        private long _events;

        /// <summary>Counts read events. After <see cref="FreeEvents"/> events it waits once until it may go on.</summary>
        /// <exception cref="ReplayBusyException">Too many readers wait already, or this one has waited for 20 seconds.</exception>
        public async ValueTask CountAsync(int events, CancellationToken cancellation)
        {
            _events += events;
            if (_entered || _events <= FreeEvents) return;
            await gate.EnterAsync(patient, cancellation);
            _entered = true;
        }

        public void Dispose()
        {
            if (_entered) gate._running.Release();
            _entered = false;
        }
    }
}

/// <summary>Too many large logs are being read already; try again later. Becomes 503 with <c>Retry-After</c>.</summary>
public sealed class ReplayBusyException() : Exception("The event logs of too many large accounts are being read at the same time.");
