namespace HealthApi.Api.Integrations;

/// <summary>
/// Large payloads take turns: while one is translated, it takes a multiple of its bytes, and the others wait with theirs in the budget for
/// bodies.
/// </summary>
internal sealed class LargePayloads : IDisposable
{
    private const int FromBytes = 256 * 1024;

    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Waits for the turn of a payload of that size. Dispose what it returns to end it; null where the payload is small.</summary>
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
