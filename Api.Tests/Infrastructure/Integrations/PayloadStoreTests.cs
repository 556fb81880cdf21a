using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Integrations;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Integrations;

/// <summary>Many kept payloads: a page continues where the previous one ended, and no transaction deletes more than a chunk.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class PayloadStoreTests(StoreKind kind) : StoreFixture(kind)
{
    private const int Many = PayloadStore.ChunkSize + 207;

    private readonly ManualTimeProvider _clock = new();
    private TestService _service = null!;
    private string _integration = "";

    [SetUp]
    public async Task StartAsync()
    {
        _service = await TestService.StartAsync(Kind, ["Roles=api"], _clock);
        _integration = (await _service.PostAsync("/v1/integrations", new { vendor = "segment" })).GetProperty("id").GetString()!;
    }

    [TearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [Test]
    public async Task Old_payloads_are_deleted_in_chunks()
    {
        await KeepAsync(0, Many);
        _clock.Advance(TimeSpan.FromDays(1));
        await KeepAsync(Many, 3);
        var counted = new CountedWrites(_service.Database);
        await Over(counted).DeleteOlderAsync(_clock.GetUtcNow(), CancellationToken.None);
        Assert.That(counted.Rows, Is.EqualTo(new[] { PayloadStore.ChunkSize, Many - PayloadStore.ChunkSize }));
        Assert.That(await PagesAsync(2), Is.EqualTo(new[] { Name(Many + 2), Name(Many + 1), Name(Many) }));
    }

    [Test]
    public async Task The_payloads_of_a_deleted_integration_are_deleted_in_chunks()
    {
        await KeepAsync(0, Many);
        var counted = new CountedWrites(_service.Database);
        var integrations = ActivatorUtilities.CreateInstance<IntegrationStore>(_service.Services, counted, Over(counted));
        Assert.That(await integrations.DeleteAsync(_integration, CancellationToken.None), Is.EqualTo(WriteStatus.Deleted));
        Assert.That(counted.Rows, Is.EqualTo(new[] { PayloadStore.ChunkSize, Many - PayloadStore.ChunkSize, 1 }));
        Assert.That(await PagesAsync(200), Is.Empty);
        Assert.That(await integrations.DeleteAsync(_integration, CancellationToken.None), Is.EqualTo(WriteStatus.NotFound));
    }

    [Test]
    public async Task Pages_list_the_payloads_of_one_instant_and_then_earlier_ones()
    {
        await KeepAsync(0, 5);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await KeepAsync(5, 5);
        Assert.That(await PagesAsync(3), Is.EqualTo(Enumerable.Range(0, 10).Reverse().Select(Name)));
    }

    [Test]
    public async Task A_search_for_claimed_payloads_covers_a_slice_and_the_next_one_continues()
    {
        await KeepAsync(0, 5, "acme");
        _clock.Advance(TimeSpan.FromSeconds(1));
        await KeepAsync(5, 5, "acme");
        await _service.SendAsync(HttpMethod.Put, "/v1/accounts/acme", new { name = "Acme" });
        var store = Over(_service.Database);
        var first = (await store.SliceEndAsync(null, 7, CancellationToken.None))!;
        Assert.That(
            (await store.ClaimedAsync(null, first, 100, CancellationToken.None)).Select(payload => payload.Id),
            Is.EqualTo(Enumerable.Range(0, 7).Select(Name)));
        var second = (await store.SliceEndAsync(first, 7, CancellationToken.None))!;
        Assert.That(
            (await store.ClaimedAsync(first, second, 100, CancellationToken.None)).Select(payload => payload.Id),
            Is.EqualTo(Enumerable.Range(7, 3).Select(Name)));
        Assert.That(await store.SliceEndAsync(second, 7, CancellationToken.None), Is.Null);
    }

    [Test]
    public async Task Payloads_claimed_by_accounts_written_since_the_last_search_are_found()
    {
        await KeepAsync(0, 2, "acme");
        await KeepAsync(2, 2, "seg-7");
        await KeepAsync(4, 2, "nobody");
        await _service.SendAsync(HttpMethod.Put, "/v1/accounts/acme", new { name = "Acme" });
        await _service.SendAsync(HttpMethod.Put, "/v1/accounts/globex", new { name = "Globex", externalIds = new { segment = "seg-7" } });
        Assert.That(await ClaimedSinceAsync(_clock.GetUtcNow()), Is.EqualTo(Enumerable.Range(0, 4).Select(Name)));
        Assert.That(await ClaimedSinceAsync(_clock.GetUtcNow().AddSeconds(1)), Is.Empty, "no account was written since");

        async Task<IEnumerable<string>> ClaimedSinceAsync(DateTimeOffset since) =>
            (await Over(_service.Database).NewlyClaimedAsync(since, null, 100, CancellationToken.None)).Select(payload => payload.Id);
    }

    [Test]
    public async Task A_page_of_large_payloads_holds_fewer_payloads()
    {
        await _service.PutAsync("/v1/accounts/claimer", new { name = "Claimer" });
        await KeepAsync(0, 10, "claimer", $"\"{new string('x', (PayloadStore.PageCharacters / 4) - 2)}\"");
        var store = Over(_service.Database);
        var end = (await store.SliceEndAsync(null, 10, CancellationToken.None))!;
        Assert.That(await store.ClaimedAsync(null, end, 100, CancellationToken.None), Has.Count.EqualTo(4));
        Assert.That(await store.NewlyClaimedAsync(_clock.GetUtcNow(), null, 100, CancellationToken.None), Has.Count.EqualTo(4));
        var seen = new List<string?>();
        for (var cursor = ""; cursor is not null;)
        {
            var page = await _service.GetAsync($"/v1/integrations/{_integration}/parked?limit=200{cursor}");
            var ids = page.GetProperty("data").EnumerateArray().Select(payload => payload.GetProperty("id").GetString()).ToList();
            Assert.That(ids, Has.Count.LessThanOrEqualTo(4));
            seen.AddRange(ids);
            cursor = page.GetProperty("nextCursor").GetString() is { } next ? $"&cursor={next}" : null;
        }

        Assert.That(seen, Is.EqualTo(Enumerable.Range(0, 10).Reverse().Select(Name)));
    }

    private static string Name(int number) => $"pay_{number:0000}";

    private PayloadStore Over(IDatabase database) => ActivatorUtilities.CreateInstance<PayloadStore>(_service.Services, database);

    private Task KeepAsync(int from, int count, string? reference = null, string payload = "{}") => Over(_service.Database).KeepAsync(
        [
            .. Enumerable.Range(from, count).Select(number => new KeptPayload
            {
                Id = Name(number),
                IntegrationId = _integration,
                State = PayloadState.Parked,
                System = "segment",
                ItemKey = "key",
                Kind = "track",
                Reference = reference,
                Payload = payload,
                ReceivedAt = _clock.GetUtcNow(),
            }),
        ],
        CancellationToken.None);

    private async Task<List<string>> PagesAsync(int limit)
    {
        var seen = new List<KeptPayload>();
        for (PayloadPage? page = null; page is null or { HasMore: true }; seen.AddRange(page.Payloads))
        {
            var after = seen.Count == 0 ? null : new PayloadPosition(seen[^1].ReceivedAt, seen[^1].Id);
            page = await Over(_service.Database).ListAsync(_integration, PayloadState.Parked, after, limit, CancellationToken.None);
        }

        return [.. seen.Select(payload => payload.Id)];
    }
}
