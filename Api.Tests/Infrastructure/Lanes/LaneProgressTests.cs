using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Events;
using HealthApi.Infrastructure.Lanes;
using Microsoft.Extensions.Options;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Lanes;

/// <summary>Workers write to the store how far they have processed the lanes of the broker, so that other processes can read it.</summary>
internal sealed class LaneProgressTests(StoreKind kind) : StoreFixture(kind)
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task The_progress_of_a_lane_is_the_oldest_event_of_its_last_batch_and_never_moves_back()
    {
        using var store = await TestDatabase.CreateAsync(Kind);
        var progress = new LaneProgress(
            store.Database, Options.Create(new MessagingOptions { Transport = MessagingTransport.RabbitMq, Partitions = 1 }));
        foreach (var received in (int[][])[[5, 3, 4], [9], [1]])
        {
            await store.WriteAsync(async transaction =>
            {
                await progress.MoveAsync(transaction, [.. received.Select(Login)]);
                return true;
            });
        }

        Assert.That(
            await progress.ReadAsync(CancellationToken.None), Is.EqualTo(new Dictionary<int, DateTimeOffset> { [0] = Now.AddSeconds(9) }));
    }

    private static EventEnvelope Login(int second) =>
        Pipeline.Envelope(
            $$"""{"id":"e{{second}}","type":"usage.login","accountId":"acme","data":{"userId":"ada"} }""", Now.AddSeconds(second));
}
