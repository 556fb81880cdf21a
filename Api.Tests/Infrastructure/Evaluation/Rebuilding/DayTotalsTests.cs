using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Signals;
using HealthApi.Core.Signals.Figures;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Jobs;
using HealthApi.Infrastructure.Policies;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Evaluation.Rebuilding;

/// <summary>Figures of an earlier version get the totals of days from the event log, and the accounts are evaluated quietly.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class DayTotalsTests(StoreKind kind) : StoreFixture(kind), IDisposable
{
    private const int Days = 200, Halved = 60;

    private readonly ManualTimeProvider _clock = new();
    private readonly TestStore _store = TestStore.Create(kind);

    public void Dispose() => _store.Dispose();

    [Test]
    public async Task Accounts_of_an_earlier_version_get_their_shifts_without_messages()
    {
        AccountFigures whole;
        await using (var before = await TestService.StartAsync(Kind, clock: _clock, store: _store))
        {
            await before.PostAsync("/v1/events", Enumerable.Range(0, Days).SelectMany(Usage));
            await before.SettledAsync();
            Assert.That(await GradeAsync(before), Is.EqualTo("alarm"), "the usage has halved");
            whole = await ReadAsync(before.Database);
        }

        await using var after = await TestService.StartAsync(Kind, clock: _clock, store: _store);
        await after.Database.ExecuteAsync(
            "UPDATE account_states SET figures = @Figures, version = version + 1", new { Figures = Former(whole) });
        Assert.That((await GradeAsync(after), (await ReadAsync(after.Database)).LacksDays), Is.EqualTo(((string?)null, true)));
        await after.PostAsync("/v1/events", Usage(Days));
        await after.SettledAsync();
        Assert.That((await ReadAsync(after.Database)).LacksDays, "events do not complete the totals");

        var messages = await CountAsync(after.Database);
        var jobs = after.Services.GetRequiredService<JobStore>();
        var jobId = await after.Database.WriteAsync(
            transaction => jobs.AddAsync(transaction, RescoreKinds.DayTotals, RescoreRequest.All), CancellationToken.None);
        after.Services.GetRequiredService<JobSignal>().Set();
        var done = await after.FinishedAsync(jobId);
        Assert.That(done.GetProperty("result").GetProperty("accounts").GetInt32(), Is.EqualTo(1));
        Assert.That(await GradeAsync(after), Is.EqualTo("alarm"), "the totals are those of the log");
        Assert.That(await CountAsync(after.Database), Is.EqualTo(messages), "no message is sent for it");
    }

    /// <summary>Three events a day, one in the last days.</summary>
    private IEnumerable<object> Usage(int day) => Enumerable.Range(0, day < Days - Halved ? 3 : 1).Select(number => new
    {
        id = $"d{day}-{number}",
        type = "usage.activity",
        accountId = "acme",
        occurredAt = _clock.GetUtcNow().AddDays(Math.Min(0, day - Days)).AddMinutes(-number),
    });

    private static async Task<string?> GradeAsync(TestService service) =>
        (await service.GetAsync("/v1/accounts/acme/signals")).GetProperty("signals").GetProperty("usageShiftGrade").GetProperty("value")
            .GetString();

    private static async Task<AccountFigures> ReadAsync(IDatabase database) => AccountFigures.Decode(
        await database.ReadAsync(
            connection => Dapper.SqlMapper.QuerySingleAsync<byte[]>(connection, "SELECT figures FROM account_states"),
            CancellationToken.None));

    private static Task<int> CountAsync(IDatabase database) => database.ReadAsync(
        connection => Dapper.SqlMapper.ExecuteScalarAsync<int>(connection, "SELECT COUNT(*) FROM webhook_messages"),
        CancellationToken.None);

    /// <summary>The same figures in format 3: without the totals, which stand last in figures of usage alone.</summary>
    private static byte[] Former(AccountFigures figures)
    {
        var writer = new FigureWriter(0);
        figures.Usage.Days.Write(ref writer);

        // The days with events: 192 bits, each of them set, in three numbers.
        for (var word = 0; word < 3; word++) writer.Number(ulong.MaxValue);
        var bytes = figures.Encode(figures.NewestEvent!.Value)[..^writer.Finish().Length];
        bytes[0] = 3;
        return bytes;
    }
}
