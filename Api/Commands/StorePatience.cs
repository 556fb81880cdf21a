using System.Data;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Api.Commands;

/// <summary>
/// Retries work of a command on a store that a running service uses too. After a lock, an outage or a conflict with another writer, the
/// work runs again after a random wait of 50 ms to 1 s.
/// </summary>
internal static class StorePatience
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5), ShortestWait = TimeSpan.FromMilliseconds(50),
        LongestWait = TimeSpan.FromSeconds(1);

    /// <exception cref="StoreUnavailableException">The work still fails after five minutes.</exception>
    public static async Task<T> RunAsync<T>(Func<Task<T>> work, CancellationToken cancellation)
    {
        for (var began = TimeProvider.System.GetTimestamp(); ;)
        {
            try
            {
                return await work();
            }
            catch (Exception failure)
                when (failure is StoreUnavailableException or DBConcurrencyException && TimeProvider.System.GetElapsedTime(began) < Longest)
            {
                await Task.Delay(ShortestWait + ((LongestWait - ShortestWait) * Random.Shared.NextDouble()), cancellation);
            }
        }
    }

    /// <inheritdoc cref="RunAsync{T}"/>
    public static Task RunAsync(Func<Task> work, CancellationToken cancellation) => RunAsync(
        async () =>
        {
            await work();
            return true;
        },
        cancellation);
}
