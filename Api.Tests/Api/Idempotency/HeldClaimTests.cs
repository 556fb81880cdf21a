using Dapper;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Infrastructure.Idempotency;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Idempotency;

/// <summary>The claim of an idempotency key is renewed while its request runs, and expires soon after the request has ended.</summary>
internal sealed class HeldClaimTests
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(10);

    [Test]
    public async Task A_claim_is_renewed_while_its_request_runs_and_expires_afterwards()
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

        Assert.That((await ClaimAsync(store)).Status, Is.EqualTo(ClaimStatus.InFlight), "the first request still runs");
        await held.LetGoAsync();
        clock.Advance(4 * Step);
        Assert.That((await ClaimAsync(store)).Status, Is.EqualTo(ClaimStatus.Ours), "no request holds the claim any more");
    }

    private static Task<IdempotencyClaim> ClaimAsync(IdempotencyStore store) =>
        store.ClaimAsync("key", "abc", new byte[32], CancellationToken.None);

    private static Task<DateTimeOffset> SinceAsync(TestService service) => service.Database.ReadAsync(
        connection => connection.QuerySingleAsync<DateTimeOffset>("SELECT created_at FROM idempotency_keys"), CancellationToken.None);
}
