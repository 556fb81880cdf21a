using HealthApi.Benchmarks.Hosts;

namespace HealthApi.Benchmarks.Scale;

/// <summary>Watches the resident memory of a process until it is disposed.</summary>
internal sealed class ResidentMemory : IAsyncDisposable
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _over = new();
    private readonly Task _watching;
    private long _greatest;

    public ResidentMemory(ServedProcess process) => _watching = WatchAsync(process);

    public double GreatestMegabytes => Volatile.Read(ref _greatest) / 1e6;

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _watching;
        _over.Dispose();
    }

    private async Task WatchAsync(ServedProcess process)
    {
        while (!_over.IsCancellationRequested)
        {
            Volatile.Write(ref _greatest, Math.Max(_greatest, process.ResidentBytes));
            await Task.Delay(Between, _over.Token).ContinueWith(
                _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }
}
