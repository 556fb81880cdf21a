using HealthApi.Api.Tests.Support;
using HealthApi.Infrastructure.Hosting;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Hosting;

internal sealed class RecentTests
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    private readonly ManualTimeProvider _clock = new();

    [Test]
    public async Task All_who_ask_at_once_share_one_look_up()
    {
        var (looks, found) = (0, new TaskCompletionSource<int>());
        var recent = new Recent<int>(() => Count(found.Task), Fresh, _clock);
        var answers = Enumerable.Range(0, 100).Select(_ => recent.GetAsync(CancellationToken.None)).ToList();
        found.SetResult(7);
        Assert.That(await Task.WhenAll(answers), Has.All.EqualTo(7));
        Assert.That(looks, Is.EqualTo(1));

        Task<int> Count(Task<int> task)
        {
            Interlocked.Increment(ref looks);
            return task;
        }
    }

    [Test]
    public async Task A_finding_is_given_until_it_is_too_old_or_forgotten()
    {
        var looks = 0;
        var recent = new Recent<int>(() => Task.FromResult(++looks), Fresh, _clock);
        Assert.That((await AskAsync(), await AskAsync()), Is.EqualTo((1, 1)));
        _clock.Advance(Fresh);
        Assert.That(await AskAsync(), Is.EqualTo(2));
        recent.Forget();
        Assert.That(await AskAsync(), Is.EqualTo(3));

        Task<int> AskAsync() => recent.GetAsync(CancellationToken.None);
    }

    [Test]
    public async Task Whoever_gives_up_ends_nothing_for_the_others()
    {
        var found = new TaskCompletionSource<int>();
        var recent = new Recent<int>(() => found.Task, Fresh, _clock);
        using var given = new CancellationTokenSource();
        var (first, second) = (recent.GetAsync(given.Token), recent.GetAsync(CancellationToken.None));
        await given.CancelAsync();
        await Assert.ThrowsAsync<TaskCanceledException>(() => first);
        found.SetResult(7);
        Assert.That(await second, Is.EqualTo(7));
    }

    [Test]
    public async Task A_look_up_that_fails_is_made_again()
    {
        var looks = 0;
        var recent = new Recent<int>(() => looks++ == 0 ? throw new IOException("gone") : Task.FromResult(looks), Fresh, _clock);
        await Assert.ThrowsAsync<IOException>(() => recent.GetAsync(CancellationToken.None));
        Assert.That(await recent.GetAsync(CancellationToken.None), Is.EqualTo(2));
    }
}
