using System.Diagnostics;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Support;

/// <summary>Waits until a condition holds, instead of for a fixed time.</summary>
internal static class Eventually
{
    /// <summary>How long a test waits for a condition before it fails.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Reads every 5 ms and returns the first value that fits. After <see cref="Patience"/> it fails the test with the awaited condition.
    /// </summary>
    public static async Task<T> GetAsync<T>(Func<Task<T>> read, Func<T, bool> fits, string awaited)
    {
        var since = Stopwatch.GetTimestamp();
        var value = await read();
        while (!fits(value))
        {
            if (Stopwatch.GetElapsedTime(since) > Patience) Assert.Fail($"Did not happen in time: {awaited}. Last value: {value}");
            await Task.Delay(TimeSpan.FromMilliseconds(5));
            value = await read();
        }

        return value;
    }

    public static Task TrueAsync(Func<bool> condition, string awaited) =>
        GetAsync(() => Task.FromResult(condition()), value => value, awaited);
}
