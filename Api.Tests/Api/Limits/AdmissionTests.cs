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

/// <summary>Nothing grows without bound: 503 with Retry-After comes before memory or lag run away.</summary>
internal sealed class AdmissionTests
{
    private const string Event = """{"id":"ID","type":"usage.login","accountId":"a"}""";

    [Test]
    public async Task Beyond_the_backlog_events_are_refused_until_it_is_worked_off()
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
            () => PostAsync(service, Named(4)), status => status == HttpStatusCode.Accepted, "what was worked off makes room");
    }

    [Test]
    public async Task What_is_being_appended_while_the_backlog_is_looked_at_counts_too()
    {
        var admission = new Admission(
            new StandingBacklog(new LaneBacklog(0, null)), Options.Create(new LimitOptions { Backlog = 3 }), new ManualTimeProvider());
        var appended = new TaskCompletionSource();
        var counting = admission.CountAsync(3, appended.Task);
        await admission.LookAsync();
        Assert.That(admission.Refusal(), Is.Not.Null, "the store did not show them yet");

        appended.SetResult();
        await counting;
        await admission.LookAsync();
        Assert.That(admission.Refusal(), Is.Null, "now it would");
    }

    [TestCase(20_000, 2, ExpectedResult = true)]
    [TestCase(20_000, 1, ExpectedResult = false)]
    [TestCase(19_999, 60, ExpectedResult = false)]
    public async Task<bool> While_processing_is_behind_no_more_are_taken_whichever_process_works(long waiting, int lagSeconds)
    {
        var clock = new ManualTimeProvider();
        var admission = new Admission(
            new StandingBacklog(new LaneBacklog(waiting, clock.GetUtcNow() - TimeSpan.FromSeconds(lagSeconds))),
            Options.Create(new LimitOptions()), clock);
        await admission.LookAsync();
        return admission.Refusal() is not null;
    }

    [Test]
    public async Task A_flood_of_large_bodies_is_refused_before_memory_runs_out()
    {
        await using var service = await TestService.StartAsync(["Roles=api", "Limits:BodyBytes=16000000"]);
        var half = new TaskCompletionSource();
        using var slow = new SlowBody(8_000_000, half.Task);
        var reading = service.Client.PostAsync("/v1/events", slow);
        var budget = service.Services.GetRequiredService<BodyBudget>();
        await Eventually.GetAsync(
            () => Task.FromResult(budget.Taken), taken => taken == 4 * 1024 * 1024, "half a body holds what has come of it");
        using (var refused = await service.PostTextAsync("/v1/events", $"[{Named(1)}{new string(' ', 15_000_000)}"[..8_300_000]))
        {
            Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
            Assert.That((await refused.ReadJsonAsync()).GetProperty("type").GetString(), Is.EqualTo("/problems/overloaded"));
            Assert.That(refused.Headers.RetryAfter!.Delta, Is.GreaterThan(TimeSpan.Zero));
        }

        Assert.That(await PostAsync(service, Named(1)), Is.EqualTo(HttpStatusCode.Accepted), "small ones still fit");
        half.SetResult();
        using var answer = await reading;
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest), "blanks are no event");
        Assert.That(budget.Taken, Is.Zero, "what was read is given back");
    }

    private static string Named(int number) => Event.Replace("ID", $"e{number}", StringComparison.Ordinal);

    private static async Task<HttpStatusCode> PostAsync(TestService service, string body)
    {
        using var response = await service.PostTextAsync("/v1/events", body);
        return response.StatusCode;
    }

    /// <summary>Blanks that stop half way until they are allowed on.</summary>
    private sealed class SlowBody : HttpContent
    {
        private readonly int _length;
        private readonly Task _goOn;

        public SlowBody(int length, Task goOn)
        {
            (_length, _goOn) = (length, goOn);
            Headers.Add("Content-Type", "application/json");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var half = Encoding.ASCII.GetBytes(new string(' ', _length / 2));
            await stream.WriteAsync(half);
            await stream.FlushAsync();
            await _goOn;
            await stream.WriteAsync(half);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _length;
            return true;
        }
    }

    private sealed class StandingBacklog(LaneBacklog backlog) : ILaneTransport
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
