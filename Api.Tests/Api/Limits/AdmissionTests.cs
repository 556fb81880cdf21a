using System.Net;
using System.Text;
using HealthApi.Api.Bodies;
using HealthApi.Api.Limits;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Infrastructure.Lanes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Limits;

/// <summary>When the backlog, the lag or the memory for bodies is too large, requests are answered 503 with Retry-After.</summary>
internal sealed class AdmissionTests
{
    private const string Event = """{"id":"ID","type":"usage.login","accountId":"a"}""";

    [Test]
    public async Task Events_beyond_the_backlog_limit_are_refused_until_waiting_events_are_processed()
    {
        await using var service = await TestService.StartAsync(["Roles=api", "Limits:Backlog=3"]);
        Assert.That(await PostAsync(service, $"[{Named(1)},{Named(2)},{Named(3)}]"), Is.EqualTo(HttpStatusCode.Accepted));
        using (var refused = await service.PostTextAsync("/v1/events", Named(4)))
        {
            Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
            Assert.That((await refused.ReadJsonAsync()).GetProperty("type").GetString(), Is.EqualTo("/problems/overloaded"));
            Assert.That(refused.Headers.RetryAfter!.Delta, Is.GreaterThan(TimeSpan.Zero));
        }

        var lanes = service.Services.GetRequiredService<ILaneTable>();
        await lanes.RemoveAsync(await lanes.TakeAsync(100, CancellationToken.None), CancellationToken.None);
        await Eventually.GetAsync(
            () => PostAsync(service, Named(4)), status => status == HttpStatusCode.Accepted,
                "events are accepted once the waiting ones are processed");
    }

    [Test]
    public async Task Events_that_are_being_appended_count_towards_the_backlog()
    {
        var admission = new Admission(
            new FixedBacklog(new LaneBacklog(0, null)), Options.Create(new LimitOptions { Backlog = 3 }), new ManualTimeProvider());
        var appended = new TaskCompletionSource();
        var counting = admission.CountAsync(3, appended.Task);
        await admission.ReadBacklogAsync();
        Assert.That(admission.Refusal(), Is.Not.Null, "the events are not in the store yet, but count");

        appended.SetResult();
        await counting;
        await admission.ReadBacklogAsync();
        Assert.That(admission.Refusal(), Is.Null, "after the append only the store is counted");
    }

    [TestCase(20_000, 2, ExpectedResult = true)]
    [TestCase(20_000, 1, ExpectedResult = false)]
    [TestCase(19_999, 60, ExpectedResult = false)]
    public async Task<bool> Events_are_refused_while_both_the_backlog_and_the_lag_are_too_large(long waiting, int lagSeconds)
    {
        var clock = new ManualTimeProvider();
        var admission = new Admission(
            new FixedBacklog(new LaneBacklog(waiting, clock.GetUtcNow() - TimeSpan.FromSeconds(lagSeconds))),
            Options.Create(new LimitOptions()), clock);
        await admission.ReadBacklogAsync();
        return admission.Refusal() is not null;
    }

    [Test]
    public async Task Large_bodies_beyond_the_memory_limit_are_refused()
    {
        await using var service = await TestService.StartAsync(["Roles=api", "Limits:BodyBytes=16000000"]);
        var half = new TaskCompletionSource();
        using var slow = new SlowBody(8_000_000, half.Task);
        var reading = service.Client.PostAsync("/v1/events", slow);
        var budget = service.Services.GetRequiredService<BodyBudget>();
        await Eventually.GetAsync(
            () => Task.FromResult(budget.Taken), taken => taken == 4 * 1024 * 1024, "the buffers of the half body are taken");
        using (var refused = await service.PostTextAsync("/v1/events", $"[{Named(1)}{new string(' ', 15_000_000)}"[..8_300_000]))
        {
            Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
            Assert.That((await refused.ReadJsonAsync()).GetProperty("type").GetString(), Is.EqualTo("/problems/overloaded"));
            Assert.That(refused.Headers.RetryAfter!.Delta, Is.GreaterThan(TimeSpan.Zero));
        }

        Assert.That(await PostAsync(service, Named(1)), Is.EqualTo(HttpStatusCode.Accepted), "a small body still fits");
        half.SetResult();
        using var answer = await reading;
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest), "a body of blanks is not an event");
        Assert.That(budget.Taken, Is.Zero, "the memory is given back");
    }

    private static string Named(int number) => Event.Replace("ID", $"e{number}", StringComparison.Ordinal);

    private static async Task<HttpStatusCode> PostAsync(TestService service, string body)
    {
        using var response = await service.PostTextAsync("/v1/events", body);
        return response.StatusCode;
    }

    /// <summary>A body of blanks that stops half way until the task completes.</summary>
    private sealed class SlowBody : HttpContent
    {
        private readonly int _length;
        private readonly Task _resume;

        public SlowBody(int length, Task resume)
        {
            (_length, _resume) = (length, resume);
            Headers.Add("Content-Type", "application/json");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var half = Encoding.ASCII.GetBytes(new string(' ', _length / 2));
            await stream.WriteAsync(half);
            await stream.FlushAsync();
            await _resume;
            await stream.WriteAsync(half);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _length;
            return true;
        }
    }

    private sealed class FixedBacklog(LaneBacklog backlog) : ILaneTransport
    {
        public int Writers => 1;

        public TimeSpan BacklogFreshness => TimeSpan.Zero;

        public Task AppendAsync(IReadOnlyList<LaneBatch> batches, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<LaneMark> MarkAsync(string accountId, CancellationToken cancellation) => throw new NotSupportedException();

        public Task RepeatAsync(IReadOnlyList<LaneMarker> markers, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<LaneBacklog> BacklogAsync(CancellationToken cancellation) => Task.FromResult(backlog);

        public Task<bool> IsReachableAsync(CancellationToken cancellation) => Task.FromResult(true);
    }
}
