using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Evaluation.Parking;
using HealthApi.Infrastructure.Evaluation.Rebuilding;
using HealthApi.Infrastructure.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Events;

/// <summary>
/// An account whose stored state cannot be used is parked: its events wait in the event log, from which the account is rebuilt. Other
/// accounts are processed as before.
/// </summary>
internal sealed class ParkedAccountTests(StoreKind kind) : StoreFixture(kind)
{
    private const string Damaged = "02ff", Older = "01", Newer = "05ff";

    private TestService _service = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _service = await TestService.StartAsync(Kind);
        await LoginAsync("acme", "e1");
        await LoginAsync("globex", "e2");
        await _service.SettledAsync();
    }

    [TearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [Test]
    public async Task An_account_with_damaged_figures_is_parked_and_a_retry_rebuilds_it_with_all_events()
    {
        await DamageAsync($"figures = {Binary(Damaged)}");
        await PostAsync([Login("acme", "e3"), Login("globex", "e4")]);
        await _service.SettledAsync();
        Assert.That(await LoginsAsync("globex"), Is.EqualTo(2), "events of other accounts are processed");

        var parked = (await ParkedAsync()).Single();
        Assert.That(
            (parked.GetProperty("kind").GetString(), parked.GetProperty("accountId").GetString(), parked.GetProperty("event").ValueKind),
            Is.EqualTo(("account", "acme", JsonValueKind.Null)));
        var stats = await _service.GetAsync("/v1/ingestion/stats");
        Assert.That((stats.GetProperty("parked").GetInt64(), stats.GetProperty("parkedAccounts").GetInt64()), Is.EqualTo((0, 1)));

        var retried = await _service.PostAsync($"/v1/ingestion/parked/{parked.GetProperty("id").GetString()}/retry");
        Assert.That(retried.GetProperty("result").GetString(), Is.EqualTo("rebuilt"));
        Assert.That((await LoginsAsync("acme"), (await ParkedAsync()).Count), Is.EqualTo((2, 0)),
            "the event that arrived while the account was parked counts");
        await LoginAsync("acme", "e5");
        await _service.SettledAsync();
        Assert.That(await LoginsAsync("acme"), Is.EqualTo(3));
    }

    [TestCase("figures")]
    [TestCase("memory")]
    public async Task A_due_account_that_cannot_be_read_is_parked_and_other_due_accounts_are_evaluated(string column)
    {
        await DamageAsync(column == "figures" ? $"figures = {Binary(Damaged)}" : "memory = '{nonsense', memory_bytes = NULL");
        await _service.Database.ExecuteAsync("UPDATE account_states SET due_at = evaluated_at, version = version + 1");
        _service.Services.GetRequiredService<EvaluationSignal>().Set();
        await Eventually.GetAsync(ParkedAsync, parked => parked.Count == 1, "the account is parked");
        await Eventually.GetAsync(
            () => _service.Database.ScalarAsync<long>("SELECT COUNT(*) FROM account_states WHERE due_at <= evaluated_at"), due => due == 0,
                "the other account is evaluated");
        Assert.That((await _service.GetAsync("/health/ready")).GetProperty("checks").GetProperty("failing").GetArrayLength(), Is.Zero);
        Assert.That(await LoginsAsync("acme"), Is.EqualTo(1), "the signals of a parked account are derived from the event log");
    }

    [Test]
    public async Task Figures_of_an_older_format_are_rebuilt_automatically()
    {
        await DamageAsync($"figures = {Binary(Older)}");
        await LoginAsync("acme", "e3");
        await Eventually.GetAsync(() => LoginsAsync("acme"), logins => logins == 2, "the account is rebuilt with its new event");
        await Eventually.GetAsync(ParkedAsync, parked => parked.Count == 0, "the account is no longer parked");
    }

    [Test]
    public async Task Figures_of_a_newer_format_are_rebuilt_only_by_a_process_that_knows_the_format()
    {
        await DamageAsync($"figures = {Binary(Newer)}");
        await LoginAsync("acme", "e3");
        await _service.SettledAsync();
        Assert.That(await RebuildAutomaticallyAsync(format: 1), Is.Zero, "a process that knows only an older format rebuilds nothing");
        Assert.That(await FiguresAsync(), Is.EqualTo(Newer), "the figures are unchanged");

        Assert.That(await RebuildAutomaticallyAsync(format: 5), Is.EqualTo(1), "a newer process rebuilds the account");
        Assert.That((await LoginsAsync("acme"), (await ParkedAsync()).Count), Is.EqualTo((2, 0)));
    }

    [Test]
    public async Task An_account_with_an_unreadable_profile_stays_parked_until_a_profile_is_written()
    {
        await _service.Database.ExecuteAsync("UPDATE accounts SET profile = '{nonsense' WHERE id = 'acme'");
        await DamageAsync("due_at = NULL");
        await LoginAsync("acme", "e3");
        await _service.SettledAsync();
        Assert.That(
            (await _service.GetAsync("/v1/accounts")).GetProperty("data").GetArrayLength(), Is.EqualTo(2),
                "the account's row does not break the list");
        var id = (await ParkedAsync()).Single().GetProperty("id").GetString();
        Assert.That(await StatusAsync($"/v1/ingestion/parked/{id}/retry"), Is.EqualTo(HttpStatusCode.Conflict));

        await _service.PutAsync("/v1/accounts/acme", new { name = "Acme" });
        Assert.That(await StatusAsync($"/v1/ingestion/parked/{id}/retry"), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await LoginsAsync("acme"), Is.EqualTo(2));
    }

    [Test]
    public async Task A_parked_account_cannot_be_discarded_but_can_be_erased()
    {
        await DamageAsync($"figures = {Binary(Damaged)}");
        await LoginAsync("acme", "e3");
        await _service.SettledAsync();
        var id = (await ParkedAsync()).Single().GetProperty("id").GetString();
        Assert.That(await StatusAsync($"/v1/ingestion/parked/{id}/discard"), Is.EqualTo(HttpStatusCode.Conflict));
        using var overridden = await _service.Client.PutAsync(
            "/v1/accounts/acme/override",
            JsonContent.Create(new { score = 50, reason = "Because.", expiresAt = DateTimeOffset.UtcNow.AddDays(1) }));
        Assert.That(overridden.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));

        await _service.SendAsync(HttpMethod.Delete, "/v1/accounts/acme");
        Assert.That(await ParkedAsync(), Is.Empty);
        Assert.That(await StatusAsync($"/v1/ingestion/parked/{id}/retry"), Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task A_parked_account_is_rebuilt_even_if_one_of_its_events_is_parked()
    {
        await DamageAsync($"figures = {Binary(Damaged)}");
        var bad =
            Pipeline.Envelope("""{"id":"bad","type":"usage.login","accountId":"acme","data":{"userId":"u1"}}""", DateTimeOffset.UtcNow);
        await _service.IntakeAsync([EventBatchCodec.Encode([bad with { Type = EventType.NpsResponded }])]);
        await LoginAsync("acme", "e3");
        await _service.SettledAsync();
        var parked = await ParkedAsync();
        Assert.That(parked.Select(entry => entry.GetProperty("kind").GetString()), Is.EquivalentTo(new[] { "account", "event" }));
        var account = parked.Single(entry => entry.GetProperty("kind").GetString() == "account").GetProperty("id").GetString();
        Assert.That(await StatusAsync($"/v1/ingestion/parked/{account}/retry"), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await LoginsAsync("acme"), Is.EqualTo(2));
    }

    [Test]
    public async Task Parked_accounts_and_events_are_listed_together()
    {
        foreach (var number in Enumerable.Range(0, 3)) await _service.ParkAsync($"p{number}");
        await _service.Database.ExecuteAsync($"UPDATE account_states SET figures = {Binary(Damaged)}, version = version + 1");
        await PostAsync([Login("acme", "e3"), Login("globex", "e4")]);
        await _service.SettledAsync();
        var (entries, path) = (new List<JsonElement>(), "/v1/ingestion/parked?limit=1");
        for (var cursor = ""; cursor is not null;)
        {
            var page = await _service.GetAsync(path + (cursor.Length == 0 ? "" : $"&cursor={cursor}"));
            entries.AddRange(page.GetProperty("data").EnumerateArray());
            cursor = page.GetProperty("nextCursor").GetString();
        }

        Assert.That(
            entries.Select(entry => entry.GetProperty("kind").GetString()),
            Is.EquivalentTo(new[] { "account", "account", "event", "event", "event" }));
        Assert.That(entries.Select(entry => entry.GetProperty("parkedAt").GetDateTimeOffset()), Is.Ordered.Descending);
        Assert.That(entries.Select(entry => entry.GetProperty("id").GetString()), Is.Unique);
        Assert.That(await _service.ListAsync("/v1/ingestion/parked?accountId=globex"), Has.Count.EqualTo(1));
        Assert.That(
            (await _service.ListAsync("/v1/ingestion/parked?source=crm")).Select(entry => entry.GetProperty("kind").GetString()),
            Is.EqualTo((string[])["event", "event", "event"]));
    }

    /// <summary>Runs the automatic rebuild of a process that knows this format of figures.</summary>
    private async Task<int> RebuildAutomaticallyAsync(int format)
    {
        using var rebuilder = new ParkedAccountRebuilder(
            _service.Services.GetRequiredService<ParkedAccounts>(),
            _service.Services.GetRequiredService<ReadModelRebuilder>(),
            _service.Services.GetRequiredService<ParkedAccountSignal>(),
            new LoopHealth(),
            NullLogger<ParkedAccountRebuilder>.Instance)
        { Format = format };
        return await rebuilder.RebuildAsync(CancellationToken.None);
    }

    private static object Login(string accountId, string id) => new { id, type = "usage.login", accountId, data = new { userId = "u1" } };

    private Task<JsonElement> LoginAsync(string accountId, string id) => PostAsync([Login(accountId, id)]);

    private Task<JsonElement> PostAsync(object[] events) => _service.PostAsync("/v1/events", events);

    private async Task<double> LoginsAsync(string accountId) => (await _service.GetAsync($"/v1/accounts/{accountId}/signals"))
        .GetProperty("signals").GetProperty("logins30").GetProperty("value").GetDouble();

    private Task<IReadOnlyList<JsonElement>> ParkedAsync() => _service.ListAsync("/v1/ingestion/parked");

    private async Task<HttpStatusCode> StatusAsync(string path)
    {
        using var response = await _service.Client.PostAsync(path, null);
        return response.StatusCode;
    }

    private string Binary(string hex) => Kind == StoreKind.Sqlite ? $"x'{hex}'" : $"0x{hex}";

    /// <summary>Changes the stored state of the account and its version, as another process does.</summary>
    private Task<int> DamageAsync(string change) =>
        _service.Database.ExecuteAsync($"UPDATE account_states SET {change}, version = version + 1 WHERE account_id = 'acme'");

    private async Task<string> FiguresAsync() => Convert.ToHexString(
        (await _service.Database.ScalarAsync<byte[]>("SELECT figures FROM account_states WHERE account_id = 'acme'"))!).ToLowerInvariant();
}
