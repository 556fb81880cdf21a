using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Integrations;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Integrations;

/// <summary>A flush is repeated when it is unknown whether it was committed; each refusal still counts once.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class RefusalLogTests(StoreKind kind) : StoreFixture(kind), IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private TestService _service = null!;
    private UnconfirmedCommits _store = null!;
    private RefusalStore _refusals = null!;
    private RefusalLog _log = null!;
    private string _integration = "";

    [SetUp]
    public async Task StartAsync()
    {
        _service = await TestService.StartAsync(Kind, ["Roles=api"], _clock);
        _integration = (await _service.PostAsync("/v1/integrations", new { vendor = "segment" })).GetProperty("id").GetString()!;
        _store = new UnconfirmedCommits(_service.Database);
        _refusals = new RefusalStore(_store);
        _log = new RefusalLog(_refusals, _clock);
    }

    [TearDown]
    public async Task StopAsync() => await _service.DisposeAsync();

    public void Dispose() => _log.Dispose();

    [Test]
    public async Task Each_refusal_counts_once_even_when_the_answer_to_the_commit_is_lost()
    {
        Refuse(RefusalReason.InvalidBody, RefusalReason.InvalidBody, RefusalReason.TooLarge);
        _store.Next = 2;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _log.FlushAsync(CancellationToken.None));
        Refuse(RefusalReason.InvalidBody);
        await Assert.ThrowsAsync<StoreUnavailableException>(
            () => _log.FlushAsync(CancellationToken.None), "the answer to the repetition is lost too");
        Refuse(RefusalReason.MediaType);
        await _log.FlushAsync(CancellationToken.None);

        var counts = (await _refusals.CountsAsync([_integration], CancellationToken.None))[_integration].OrderBy(count => count.Reason);
        Assert.That(
            counts.Select(count => $"{count.Reason} {count.Refused}"),
            Is.EqualTo(new[] { "invalid_body 3", "media_type 1", "too_large 1" }));
        Assert.That(await _refusals.ListAsync(_integration, CancellationToken.None), Has.Count.EqualTo(5));
    }

    [Test]
    public async Task Two_refusals_at_the_same_instant_count_as_two()
    {
        await _refusals.AddAsync([Count(1)], [Refused(RefusalReason.TooLarge)], CancellationToken.None);
        await _refusals.AddAsync([Count(1)], [Refused(RefusalReason.TooLarge)], CancellationToken.None);

        var counts = (await _refusals.CountsAsync([_integration], CancellationToken.None))[_integration];
        Assert.That(counts.Single().Refused, Is.EqualTo(2), "both refusals are counted");
    }

    private RefusalCount Count(long refused) => new(_integration, RefusalReason.TooLarge, refused, _clock.GetUtcNow());

    private void Refuse(params string[] reasons)
    {
        foreach (var reason in reasons) _log.Note(Refused(reason));
    }

    private RefusedDelivery Refused(string reason) =>
        new(_integration, reason, _clock.GetUtcNow(), 400, "Refused by the test.", null, null, "127.0.0.1");
}
