using System.Collections.Concurrent;
using System.Diagnostics;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Broker;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Infrastructure.Telemetry;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd;

/// <summary>The caller's trace continues over either transport to the webhook's receiver.</summary>
[TestFixture("InProcess")]
[TestFixture("RabbitMq")]
[NonParallelizable]
internal sealed class TraceEndToEndTests(string transport)
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736", Caller = "00f067aa0ba902b7";

    [Test]
    public async Task The_receiver_gets_the_callers_trace_and_the_spans_of_request_processing_and_delivery_are_linked()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is HealthTelemetry.Name or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var service = await TestService.StartAsync(Settings());
        await service.PostAsync(
            "/v1/webhooks", new { url = receiver.Url.ToString(), eventTypes = new[] { "churn_risk.threshold_crossed" } });
        await service.PostAsync("/v1/events", new { id = "side", type = "usage.login", accountId = "acme" });
        await BothTransportsTests.AppliedAsync(service, 1);

        await PostTracedAsync(service);
        var received = await receiver.WaitForAsync(1);

        var deliver = await EndedAsync(ended, "deliver webhook");
        var process = await EndedAsync(ended, "process events");
        var request = await EndedAsync(ended, "Microsoft.AspNetCore.Hosting.HttpRequestIn", Caller);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                received.Select(webhook => webhook["traceparent"]), Has.All.StartsWith($"00-{Trace}-"),
                "the receiver gets the caller's trace");
            Assert.That(request.ParentSpanId.ToHexString(), Is.EqualTo(Caller), "the parent of the request is the caller's span");
            Assert.That(process.ParentSpanId, Is.EqualTo(request.SpanId), "the parent of the batch is the request's span");
            Assert.That(
                new[] { request.SpanId, process.SpanId }, Does.Contain(deliver.ParentSpanId),
                    "the parent of the delivery is the request's or the batch's span");
        }
    }

    private string[] Settings() => transport == "InProcess"
        ? ["Messaging:Transport=InProcess"]
        : ["Messaging:Transport=RabbitMq", $"Messaging:RabbitMq:Uri={RabbitMqBroker.Shared.NewUri()}"];

    private static async Task PostTracedAsync(TestService service)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/events")
        {
            Content = TestRequests.Text("""{"id":"left","type":"relationship.champion_left","accountId":"acme"}"""),
        };
        request.Headers.TryAddWithoutValidation("traceparent", $"00-{Trace}-{Caller}-01");
        using var response = await service.Client.SendAsync(request);
        Assert.That((int)response.StatusCode, Is.EqualTo(202));
    }

    private static Task<Activity> EndedAsync(ConcurrentQueue<Activity> ended, string name, string? parent = null) => Eventually.GetAsync(
        () => Task.FromResult(ended.FirstOrDefault(activity =>
            activity.OperationName == name && activity.TraceId.ToHexString() == Trace
                && (parent is null || activity.ParentSpanId.ToHexString() == parent))!),
        found => found is not null,
        name);
}
