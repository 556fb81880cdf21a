using System.Collections.Concurrent;
using System.Diagnostics;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Infrastructure.Telemetry;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Telemetry;

/// <summary>One trace continues from the ingestion request through the lane to the webhook.</summary>
[NonParallelizable]
internal sealed class TraceTests
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736", Other = "5bf92f3577b34da6a3ce929d0e0e4737";

    private readonly ConcurrentQueue<Activity> _ended = new();
    private ActivityListener _listener = null!;
    private TestService _service = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _ended.Clear();
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is HealthTelemetry.Name or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
        _service = await TestService.StartAsync();
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _service.DisposeAsync();
        _listener.Dispose();
    }

    [Test]
    public async Task Processing_is_part_of_the_trace_of_the_request()
    {
        await PostAsync("one", Trace);
        var processed = await EndedAsync("process events");
        var request = await EndedAsync("Microsoft.AspNetCore.Hosting.HttpRequestIn", Trace);
        Assert.That(processed.TraceId.ToHexString(), Is.EqualTo(Trace));
        Assert.That(processed.ParentSpanId, Is.EqualTo(request.SpanId), "the parent is the request's span, carried by the lane");
    }

    [Test]
    public async Task The_span_of_a_request_is_named_by_method_and_route()
    {
        await _service.PutAsync("/v1/accounts/acme", new { name = "Acme" });
        var put = await DescribedAsync("PUT /v1/accounts/{id}");
        Assert.That(Tags(put),
            Is.SupersetOf((string[])["http.request.method=PUT", "http.route=/v1/accounts/{id}", "url.path=/v1/accounts/acme",
                "url.scheme=http", "http.response.status_code=201"]));
        using var list = await _service.Client.GetAsync("/v1/keys");
        Assert.That(Tags(await DescribedAsync("GET /v1/keys")), Does.Contain("http.route=/v1/keys"));
        using var missing = await _service.Client.GetAsync("/nowhere");
        var unknown = await DescribedAsync("GET");
        Assert.That(Tags(unknown), Does.Contain("http.response.status_code=404"));
        Assert.That((unknown.GetTagItem("http.route"), unknown.Status), Is.EqualTo(((object?)null, ActivityStatusCode.Unset)),
            "an error of the caller is not a failure of the service");
        using var odd = await _service.Client.SendAsync(new HttpRequestMessage(new HttpMethod("BREW"), "/v1/accounts"));
        Assert.That(Tags(await DescribedAsync(activity => activity.GetTagItem("http.request.method_original") is "BREW")),
            Does.Contain("http.request.method=_OTHER"));
    }

    [Test]
    public async Task Events_of_several_traces_in_one_batch_are_linked()
    {
        await using var api = await TestService.StartAsync(["Roles=api"]);
        await PostAsync("one", Trace, api);
        await PostAsync("two", Other, api);
        await api.IntakeAsync(await api.Services.GetWaitingAsync());
        var processed = await EndedAsync("process events");
        Assert.That(processed.Links.Select(link => link.Context.TraceId.ToHexString()), Is.EquivalentTo((string[])[Trace, Other]));
        Assert.That(processed.GetTagItem("healthapi.batch.size"), Is.EqualTo(2));
    }

    [Test]
    public async Task An_attempt_continues_the_trace_of_its_message()
    {
        await using var receiver = await WebhookReceiver.StartAsync(WebhookReceiver.Status(200));
        await _service.SubscribeAsync(receiver.Url);
        await _service.QueueAsync("traced");
        var received = (await receiver.WaitForAsync(1))[0];
        var attempt = await EndedAsync("deliver webhook");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(received["traceparent"], Is.EqualTo(attempt.Id), "the receiver can continue the trace of the attempt");
            Assert.That(
                (attempt.TraceId.ToHexString(), attempt.ParentSpanId.ToHexString()),
                Is.EqualTo(("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331")));
            Assert.That(attempt.GetTagItem("http.response.status_code"), Is.EqualTo(200));
        }
    }

    private Task<Activity> EndedAsync(string name, string? trace = null) => Eventually.GetAsync(
        () => Task.FromResult(
            _ended.FirstOrDefault(
                activity => activity.OperationName == name && (trace is null || activity.TraceId.ToHexString() == trace))!),
            found => found is not null, name);

    private Task<Activity> DescribedAsync(string name) => DescribedAsync(activity => activity.DisplayName == name);

    private Task<Activity> DescribedAsync(Func<Activity, bool> chosen) => Eventually.GetAsync(
        () => Task.FromResult(
            _ended.FirstOrDefault(activity => activity.OperationName == "Microsoft.AspNetCore.Hosting.HttpRequestIn" && chosen(activity))!),
                found => found is not null, "a span of a request");

    private static IEnumerable<string> Tags(Activity activity) => activity.TagObjects.Select(tag => $"{tag.Key}={tag.Value}");

    private async Task PostAsync(string id, string trace, TestService? service = null)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, "/v1/events")
        { Content = TestRequests.Text($$"""{"id":"{{id}}","type":"usage.login","accountId":"a"}""") };
        request.Headers.TryAddWithoutValidation("traceparent", $"00-{trace}-00f067aa0ba902b7-01");
        using var response = await (service ?? _service).Client.SendAsync(request);
        Assert.That((int)response.StatusCode, Is.EqualTo(202));
    }
}
