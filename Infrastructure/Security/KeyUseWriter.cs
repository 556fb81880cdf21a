using HealthApi.Infrastructure.Hosting;
using Microsoft.Extensions.Logging;

namespace HealthApi.Infrastructure.Security;

/// <summary>
/// Stores which keys were used, once a minute in one transaction, and once more when the process stops. Writes nothing where no key was
/// used.
/// </summary>
internal sealed class KeyUseWriter(KeyUses uses, ApiKeyStore keys, LoopHealth health, TimeProvider time, ILogger<KeyUseWriter> logger)
    : WorkerLoop("key uses", health, logger)
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    protected override async Task TurnAsync(CancellationToken stopping)
    {
        await Task.Delay(Every, time, stopping);
        await WriteAsync(stopping);
    }

    protected override Task StoppedAsync() => WriteAsync(CancellationToken.None);

    private async Task WriteAsync(CancellationToken cancellation)
    {
        var unwritten = uses.Unwritten;
        if (unwritten.Count == 0) return;
        await keys.MarkUsedAsync(unwritten, cancellation);
        uses.Written(unwritten);
    }
}
