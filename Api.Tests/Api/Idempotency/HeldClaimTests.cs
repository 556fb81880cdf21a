using Dapper;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Infrastructure.Idempotency;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Idempotency;

/// <summary>A claim lives as long as its request does, however long that takes, and not much longer.</summary>
internal sealed class HeldClaimTests
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(10);

    [Test]
    public async Task A_long_request_keeps_its_claim_and_a_dead_one_loses_it()
    {
        var clock = new ManualTimeProvider();
        await using var service = await TestService.StartAsync(["Roles=api"], clock);
        var store = service.Services.GetRequiredService<IdempotencyStore>();
        var claim = await ClaimAsync(store);
        Assert.That(claim.Status, Is.EqualTo(ClaimStatus.Ours));

        await using var held = store.Hold(claim);
        for (var step = 0; step < 6; step++)
        {
            clock.Advance(Step);
            await Eventually.GetAsync(() => SinceAsync(service), since => since == clock.GetUtcNow(), "the claim is renewed");
        }

        Assert.That((await ClaimAsync(store)).Status, Is.EqualTo(ClaimStatus.InFlight), "the first is still at it");
        await held.LetGoAsync();
        clock.Advance(4 * Step);
        Assert.That((await ClaimAsync(store)).Status, Is.EqualTo(ClaimStatus.Ours), "nobody holds it any more");
    }

    private static Task<IdempotencyClaim> ClaimAsync(IdempotencyStore store) =>
        store.ClaimAsync("key", "abc", new byte[32], CancellationToken.None);

    private static Task<DateTimeOffset> SinceAsync(TestService service) => service.Database.ReadAsync(
        connection => connection.QuerySingleAsync<DateTimeOffset>("SELECT created_at FROM idempotency_keys"), CancellationToken.None);
}
