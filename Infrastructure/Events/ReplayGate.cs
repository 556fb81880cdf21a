namespace HealthApi.Infrastructure.Events;

/// <summary>
/// Bounds how many large logs are read and folded at a time in this process: half the processors, at least one, so that reading the past of
/// large accounts leaves room for everything else. Callers wait in a short queue; work in the background waits as long as it takes.
/// </summary>
public sealed class ReplayGate : IDisposable
{
    /// <summary>So many events are small enough for anybody to read without waiting.</summary>
    internal const int FreeEvents = 10_000;

    internal const int MostWaiting = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim _running = new(Math.Max(1, Environment.ProcessorCount / 2));
    private int _waiting;

    /// <summary>A reader's turn, to be ended by disposing it; it waits for nobody until it is entered.</summary>
    /// <param name="patient">Whether it waits as long as it takes: for work in the background, which nobody waits for.</param>
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

        /// <summary>Counts events read; past the first few it waits for its place, which it then keeps.</summary>
        /// <exception cref="ReplayBusyException">Too many wait already, or for too long.</exception>
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

/// <summary>Too many large logs are being read already; the same may be asked again later. Becomes 503 with <c>Retry-After</c>.</summary>
public sealed class ReplayBusyException() : Exception("Too many large accounts are being looked back at.");
