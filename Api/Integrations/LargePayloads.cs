namespace HealthApi.Api.Integrations;

/// <summary>
/// Translates large payloads one at a time, because a translation takes a multiple of the payload's bytes. The bodies of waiting payloads
/// stay charged to the budget for request bodies.
/// </summary>
internal sealed class LargePayloads : IDisposable
{
    private const int FromBytes = 256 * 1024;

    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>
    /// Waits for the turn of a payload of this size. Dispose the result to end the turn; null if the payload is too small to need one.
    /// </summary>
    public async ValueTask<IDisposable?> EnterAsync(int bytes, CancellationToken cancellation)
    {
        if (bytes < FromBytes) return null;
        await _turn.WaitAsync(cancellation);
        return new Turn(_turn);
    }

    public void Dispose() => _turn.Dispose();

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
