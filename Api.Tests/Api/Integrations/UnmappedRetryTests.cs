using System.Net;
using System.Text.Json;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Integrations;

/// <summary>
/// A payload that could not be translated is stored. It is translated again on request, and once after each change of its integration.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class UnmappedRetryTests(StoreKind kind) : StoreFixture(kind)
{
    private static readonly object Mapping = new
    {
        events = new[]
        {
            new
            {
                id = "hd-{/id}-opened",
                type = "ticket.opened",
                accountId = new { column = "/customer" },
                occurredAt = new { column = "/at", format = "unixSeconds" },
                data = new { ticketId = new { column = "/id" } },
            },
        },
    };

    private TestService _service = null!;
    private JsonElement _integration;

    [TearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [Test]
    public async Task Unmapped_payloads_are_translated_once_after_the_mapping_has_changed()
    {
        await StartAsync();
        foreach (var id in (int[])[1, 2]) await DeliverAsync(Ticket(id, "acme"));
        await DeliverAsync(Ticket(3, "nobody"));
        await DeliverAsync("""{"id":4}""");
        Assert.That(await UnmappedAsync(), Has.Length.EqualTo(4));

        await PatchAsync(new { mapping = Mapping });
        var left = await Eventually.GetAsync(
            UnmappedAsync,
            kept => kept.Length == 1 && !kept[0].GetProperty("reason").GetString()!.Contains("no mapping", StringComparison.Ordinal),
            "payloads that fit the mapping are translated, and the rest have the reason of the last try");
        await _service.SettledAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(left[0].GetProperty("payload").GetRawText(), Is.EqualTo("""{"id":4}"""));
            Assert.That(
                (await _service.GetAsync("/v1/accounts/acme/signals")).GetProperty("signals").GetProperty("tickets30").GetProperty("value")
                .GetInt32(), Is.EqualTo(2));
            Assert.That(
                (await KeptAsync("parked")).Select(one => one.GetProperty("customer").GetString()), Is.EqualTo(new[] { "nobody" }),
                "the payload of an unknown customer is parked");
            Assert.That(
                (await _service.GetAsync("/v1/ingestion/stats")).GetProperty("duplicates").GetInt64(), Is.Zero,
                "no event was accepted twice");
        }

        // The vendor sends a translated payload again, and the integration changes again.
        await DeliverAsync(Ticket(1, "acme"));
        await PatchAsync(new { name = "Help desk" });
        await _service.SettledAsync();
        Assert.That(
            (await _service.GetAsync("/v1/accounts/acme/signals")).GetProperty("signals").GetProperty("tickets30").GetProperty("value")
            .GetInt32(), Is.EqualTo(2));
    }

    [Test]
    public async Task More_payloads_than_one_turn_takes_are_translated_in_several_turns()
    {
        await StartAsync();
        foreach (var part in Enumerable.Range(0, 1_050).Chunk(350))
            await DeliverAsync($"[{string.Join(',', part.Select(id => Ticket(id, "acme")))}]");
        await PatchAsync(new { mapping = Mapping });
        await Eventually.GetAsync(() => KeptAsync("unmapped", limit: 1), kept => kept.Length == 0, "all are translated");
        await _service.SettledAsync();
        Assert.That(
            (await _service.GetAsync("/v1/accounts/acme/signals")).GetProperty("signals").GetProperty("tickets30").GetProperty("value")
            .GetInt32(), Is.EqualTo(1_050));
    }

    [Test]
    public async Task A_retry_translates_an_unmapped_payload_once()
    {
        await StartAsync("Roles=api");
        await DeliverAsync(Ticket(1, "acme"));
        var id = (await UnmappedAsync())[0].GetProperty("id").GetString();
        using (var still = await RetryAsync(id!)) Assert.That(still.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(await UnmappedAsync(), Has.Length.EqualTo(1));

        await PatchAsync(new { mapping = Mapping });
        using var retried = await RetryAsync(id!);
        using var again = await RetryAsync(id!);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (await retried.ReadJsonAsync()).GetRawText(),
                Is.EqualTo($$"""{"id":"{{id}}","accepted":1,"parked":0,"unmapped":0,"ignored":0}"""));
            Assert.That(await UnmappedAsync(), Is.Empty);
            Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        }
    }

    [Test]
    public async Task A_payload_of_another_integration_is_not_found()
    {
        await StartAsync("Roles=api");
        await DeliverAsync(Ticket(1, "acme"));
        var id = (await UnmappedAsync())[0].GetProperty("id").GetString();
        var other = await _service.CreateIntegrationAsync("generic");
        using var response = await _service.Client.PostAsync($"/v1/integrations/{other.GetProperty("id")}/unmapped/{id}/retry", null);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    private static string Ticket(int id, string customer) =>
        $$"""{"id":{{id}},"customer":"{{customer}}","at":{{DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeSeconds()}}}""";

    /// <summary>Starts a service with an integration without a mapping and with the account acme.</summary>
    private async Task StartAsync(params string[] settings)
    {
        _service = await TestService.StartAsync(Kind, settings);
        await _service.PutAsync("/v1/accounts/acme", new { name = "Acme" });
        _integration = await _service.CreateIntegrationAsync("generic");
    }

    private Task<JsonElement> DeliverAsync(string body) => _service.ReceiptAsync(_integration, body);

    private Task<JsonElement> PatchAsync(object patch) => _service.SendAsync(HttpMethod.Patch, Path, patch);

    private Task<HttpResponseMessage> RetryAsync(string payloadId) => _service.Client.PostAsync($"{Path}/unmapped/{payloadId}/retry", null);

    private Task<JsonElement[]> UnmappedAsync() => KeptAsync("unmapped");

    private async Task<JsonElement[]> KeptAsync(string state, int limit = 200) =>
        [.. (await _service.GetAsync($"{Path}/{state}?limit={limit}")).GetProperty("data").EnumerateArray()];

    private string Path => "/v1/integrations/" + _integration.GetProperty("id").GetString();
}
