using System.Diagnostics;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Support;

/// <summary>Waits on a condition instead of a time.</summary>
internal static class Eventually
{
    /// <summary>How long anything is waited for.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Returns the first value that fits; fails the test, naming what was awaited, when none comes in two minutes.</summary>
    public static async Task<T> GetAsync<T>(Func<Task<T>> read, Func<T, bool> fits, string awaited)
    {
        var since = Stopwatch.GetTimestamp();
        var value = await read();
        while (!fits(value))
        {
            if (Stopwatch.GetElapsedTime(since) > Patience) Assert.Fail($"Waited in vain: {awaited}. Last seen: {value}");
            await Task.Delay(TimeSpan.FromMilliseconds(5));
            value = await read();
        }

        return value;
    }

    public static Task TrueAsync(Func<bool> condition, string awaited) =>
        GetAsync(() => Task.FromResult(condition()), value => value, awaited);
}
