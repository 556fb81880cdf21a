using System.Net;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Infrastructure.Lanes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Limits;

/// <summary>A request whose work does not finish in time is answered.</summary>
internal sealed class RequestTimeoutTests
{
    [Test]
    public async Task A_request_that_times_out_is_503_with_Retry_After()
    {
        var transport = new StuckTransport();
        await using var service = await TestService.StartAsync(
            ["Roles=api", "Limits:RequestTimeout=00:00:00.3"],
                adjust: builder => builder.Services.Replace(ServiceDescriptor.Singleton<ILaneTransport>(transport)));
        try
        {
            using var answer = await service.PostTextAsync("/v1/events", """{"id":"a","type":"usage.login","accountId":"a"}""");
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
            Assert.That((await answer.ReadJsonAsync()).GetProperty("type").GetString(), Is.EqualTo("/problems/overloaded"));
            Assert.That(answer.Headers.RetryAfter!.Delta, Is.GreaterThan(TimeSpan.Zero));
            Assert.That(answer.Headers.CacheControl!.NoStore);
        }
        finally
        {
            transport.Release();
        }
    }

    private sealed class StuckTransport : ILaneTransport
    {
        private readonly TaskCompletionSource _stuck = new();

        public int Writers => 1;

        public TimeSpan BacklogFreshness => TimeSpan.Zero;

        public Task<LaneMark> MarkAsync(string accountId, CancellationToken cancellation) => throw new NotSupportedException();

        public Task RepeatAsync(IReadOnlyList<LaneMarker> markers, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<LaneBacklog> BacklogAsync(CancellationToken cancellation) => Task.FromResult(new LaneBacklog(0, null));

        public Task AppendAsync(IReadOnlyList<LaneBatch> batches, CancellationToken cancellation) => _stuck.Task;

        public Task<bool> IsReachableAsync(CancellationToken cancellation) => Task.FromResult(true);

        public void Release() => _stuck.SetResult();
    }
}
