using System.Data;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Evaluation;
using HealthApi.Infrastructure.Evaluation.Rebuilding;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NUnit.Framework;
using static HealthApi.Api.Tests.Api.Explaining.ExplainingRig;

namespace HealthApi.Api.Tests.Infrastructure.Evaluation.Rebuilding;

/// <summary>Accounts of an earlier version get the columns of the listing from their event log.</summary>
internal sealed class ListingFillerTests(StoreKind kind) : StoreFixture(kind)
{
    [Test]
    public async Task Accounts_of_an_earlier_version_are_filled_in_chunks()
    {
        await using var service = await TestService.StartAsync(Kind, clock: new ManualTimeProvider());
        for (var number = 0; number < 25; number++)
        {
            await service.PostAsync("/v1/events", new object[]
            {
                new { id = $"b{number}", type = "billing.subscription_changed", accountId = $"a{number:00}",
                    data = new { subscriptionId = "base", mrr = 100 + number, licences = 7 } },
                new { id = $"s{number}", type = "billing.subscription_changed", accountId = $"a{number:00}",
                    data = new { subscriptionId = "add-on", mrr = 5 } },
            });
        }

        await service.SettledAsync();
        var format1 = Kind == StoreKind.Sqlite ? "x'01'" : "0x01";
        await service.Database.ExecuteAsync(
            "UPDATE accounts SET mrr = NULL, arr = NULL, licences = NULL, currency = NULL, terms_version = NULL");
        await service.Database.ExecuteAsync($"UPDATE account_states SET figures = {format1}, due_at = NULL, version = version + 1");

        var filler = service.Services.GetServices<IHostedService>().OfType<ListingFiller>().Single();
        var chunks = 0;
        while (await filler.FillAsync(CancellationToken.None) > 0) chunks++;
        Assert.That(chunks, Is.EqualTo(2), "25 accounts are two chunks");
        var listed = (await service.GetAsync("/v1/accounts?sort=-mrr&limit=200")).Data();
        Assert.That(
            listed.Select(one => one.GetProperty("mrr").GetDecimal()),
            Is.EqualTo(Enumerable.Range(0, 25).Select(number => 105m + number).Reverse()));
        Assert.That(listed.Select(one => one.GetProperty("licences").GetInt32()), Is.All.EqualTo(7));
    }

    [Test]
    public async Task An_account_that_retention_prunes_meanwhile_is_filled_later()
    {
        var (clock, busy) = (new ManualTimeProvider(), false);
        using var pipeline = await Pipeline.CreateAsync(clock, Kind, services => Intercepted.Add<IEvaluationSql>(services, (method, _) =>
        {
            if (busy && method.Name == nameof(IEvaluationSql.SaveAsync))
                throw new DBConcurrencyException("Retention has pruned the account.");
        }));
        const string Login = """{"id":"e1","type":"usage.login","accountId":"acme","data":{"userId":"u"} }""";
        await pipeline.ProcessAsync([Pipeline.Envelope(Login, clock.GetUtcNow())]);
        await pipeline.Services.GetRequiredService<IDatabase>().ExecuteAsync("UPDATE accounts SET terms_version = NULL");
        using var filler = ActivatorUtilities.CreateInstance<ListingFiller>(pipeline.Services);

        busy = true;
        Assert.That(await filler.FillAsync(CancellationToken.None), Is.Zero, "no account was filled, so the filler pauses");
        busy = false;
        Assert.That(await filler.FillAsync(CancellationToken.None), Is.EqualTo(1));
        Assert.That(await filler.FillAsync(CancellationToken.None), Is.Zero, "all are filled");
    }
}
