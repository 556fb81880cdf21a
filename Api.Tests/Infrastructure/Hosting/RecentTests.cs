using HealthApi.Api.Tests.Support;
using HealthApi.Infrastructure.Hosting;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Hosting;

internal sealed class RecentTests
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    private readonly ManualTimeProvider _clock = new();

    [Test]
    public async Task Concurrent_callers_share_one_lookup()
    {
        var (lookups, found) = (0, new TaskCompletionSource<int>());
        var recent = new Recent<int>(() => Count(found.Task), Fresh, _clock);
        var answers = Enumerable.Range(0, 100).Select(_ => recent.GetAsync(CancellationToken.None)).ToList();
        found.SetResult(7);
        Assert.That(await Task.WhenAll(answers), Has.All.EqualTo(7));
        Assert.That(lookups, Is.EqualTo(1));

        Task<int> Count(Task<int> task)
        {
            Interlocked.Increment(ref lookups);
            return task;
        }
    }

    [Test]
    public async Task A_value_is_reused_until_it_is_too_old_or_forgotten()
    {
        var lookups = 0;
        var recent = new Recent<int>(() => Task.FromResult(++lookups), Fresh, _clock);
        Assert.That((await AskAsync(), await AskAsync()), Is.EqualTo((1, 1)));
        _clock.Advance(Fresh);
        Assert.That(await AskAsync(), Is.EqualTo(2));
        recent.Forget();
        Assert.That(await AskAsync(), Is.EqualTo(3));

        Task<int> AskAsync() => recent.GetAsync(CancellationToken.None);
    }

    [Test]
    public async Task A_cancelled_caller_does_not_cancel_the_lookup_of_the_others()
    {
        var found = new TaskCompletionSource<int>();
        var recent = new Recent<int>(() => found.Task, Fresh, _clock);
        using var cancelled = new CancellationTokenSource();
        var (first, second) = (recent.GetAsync(cancelled.Token), recent.GetAsync(CancellationToken.None));
        await cancelled.CancelAsync();
        await Assert.ThrowsAsync<TaskCanceledException>(() => first);
        found.SetResult(7);
        Assert.That(await second, Is.EqualTo(7));
    }

    [Test]
    public async Task A_failed_lookup_is_repeated()
    {
        var lookups = 0;
        var recent = new Recent<int>(() => lookups++ == 0 ? throw new IOException("gone") : Task.FromResult(lookups), Fresh, _clock);
        await Assert.ThrowsAsync<IOException>(() => recent.GetAsync(CancellationToken.None));
        Assert.That(await recent.GetAsync(CancellationToken.None), Is.EqualTo(2));
    }
}
