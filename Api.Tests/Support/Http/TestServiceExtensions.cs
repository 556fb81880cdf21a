using System.Text.Json;
using HealthApi.Core.Events;
using HealthApi.Core.Integrations;
using HealthApi.Infrastructure.Evaluation;
using HealthApi.Infrastructure.Evaluation.Parking;
using HealthApi.Infrastructure.Integrations;
using HealthApi.Infrastructure.Lanes;
using Microsoft.Extensions.DependencyInjection;

namespace HealthApi.Api.Tests.Support.Http;

/// <summary>Steps that many tests share.</summary>
internal static class TestServiceExtensions
{
    public static Task<JsonElement> PutAsync(this TestService service, string path, object body) =>
        service.SendAsync(HttpMethod.Put, path, body);

    /// <summary>The items of a list's first page.</summary>
    public static async Task<IReadOnlyList<JsonElement>> ListAsync(this TestService service, string path) =>
        [.. (await service.GetAsync(path)).GetProperty("data").EnumerateArray()];

    /// <summary>Waits until every accepted event is processed.</summary>
    public static Task SettledAsync(this TestService service) => Eventually.GetAsync(
        () => service.GetAsync("/v1/ingestion/stats"),
        stats => stats.GetProperty("pending").GetInt64() == 0,
        "every accepted event is processed");

    /// <summary>Parks a valid event, as if its processing had failed; returns the id of the parked event.</summary>
    public static async Task<string> ParkAsync(this TestService service, string eventId, string accountId = "acme")
    {
        var json = $$"""{"id":"{{eventId}}","source":"crm","type":"usage.login","data":{"userId":"u1"},"accountId":"{{accountId}}"}""";
        var now = service.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        var envelope = EventReader.Read(
            System.Text.Encoding.UTF8.GetBytes(json), new EventContext(now, TimeSpan.FromDays(400), "tests", null, null)).Envelope!;
        await service.Services.GetRequiredService<ParkedEventStore>()
            .ParkAsync(new IncomingEvents([envelope]), "Parked by a test.", CancellationToken.None);
        var parked = await service.GetAsync("/v1/ingestion/parked?limit=200");
        return parked.GetProperty("data").EnumerateArray()
            .Single(
                entry => entry.GetProperty("event") is { ValueKind: JsonValueKind.Object } one && one.GetProperty("id").GetString() == eventId)
            .GetProperty("id").GetString()!;
    }

    /// <summary>Stores a payload of an integration, as if it could not be translated; returns its id.</summary>
    public static async Task<string> KeepUnmappedAsync(this TestService service, string integrationId, string json)
    {
        var integration = (await service.Services.GetRequiredService<IntegrationStore>().FindAsync(integrationId, CancellationToken.None))!;
        var now = service.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        var part = new UnmappedPart
        {
            Key = json[..Math.Min(json.Length, 60)],
            Kind = "kept",
            Raw = System.Text.Encoding.UTF8.GetBytes(json),
            Reason = "Kept by a test."
        };
        var payload = KeptPayload.Of(integration, part, PayloadState.Unmapped, null, part.Reason, now);
        await service.Services.GetRequiredService<PayloadStore>().KeepAsync([payload], CancellationToken.None);
        return payload.Id;
    }

    /// <summary>The lane messages that wait in the lane table; for a service without a worker.</summary>
    public static async Task<LaneMessage[]> GetWaitingAsync(this IServiceProvider services) =>
        [.. (await services.GetRequiredService<ILaneTable>().TakeAsync(1000, CancellationToken.None)).Select(stored => stored.ToMessage())];

    /// <summary>Processes lane messages as a worker does.</summary>
    public static Task IntakeAsync(this TestService service, LaneMessage[] messages) =>
        service.Services.GetRequiredService<EventIntake>().ProcessAsync(messages, CancellationToken.None);

    /// <inheritdoc cref="IntakeAsync(TestService, LaneMessage[])"/>
    public static Task IntakeAsync(this TestService service, ReadOnlyMemory<byte>[] payloads) =>
        service.IntakeAsync([.. payloads.Select(payload => new LaneMessage(payload))]);
}
