using System.Text.Json;
using Dapper;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Infrastructure.Retention;
using Microsoft.Data.SqlClient;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Auditing;

/// <summary>Audit entries about accounts, and those of commands and of the service itself; their erasure and retention.</summary>
internal sealed class AuditedAccountTests(StoreKind kind) : StoreFixture(kind)
{
    private readonly ManualTimeProvider _clock = new();

    [Test]
    public async Task Erasing_an_account_removes_its_data_from_audit_entries_and_keeps_the_actors()
    {
        await using var service = await TestService.StartAsync(Kind, ["Roles=api"], _clock);
        await service.PutAsync("/v1/accounts/acme", new { name = "Acme" });
        await service.PutAsync(
            "/v1/accounts/acme/override", new { score = 35, reason = "The sponsor left.", expiresAt = _clock.GetUtcNow().AddDays(30) });
        await service.PutAsync(
            "/v1/accounts/acme/override", new { score = 45, reason = "A new one came.", expiresAt = _clock.GetUtcNow().AddDays(30) });
        await service.SendAsync(HttpMethod.Delete, "/v1/accounts/acme/override");
        var entries = await service.ListAsync("/v1/audit?subject=acme");
        Assert.That(entries.Select(entry => entry.GetProperty("action").GetString()), Is.EqualTo((string[])["ended", "replaced", "set"]));
        Assert.That(entries[1].GetProperty("before").GetProperty("reason").GetString(), Is.EqualTo("The sponsor left."));
        Assert.That(entries[1].GetProperty("after").GetProperty("score").GetDouble(), Is.EqualTo(45));

        await service.SendAsync(HttpMethod.Delete, "/v1/accounts/acme");
        var erased = await service.ListAsync("/v1/audit?subject=acme");
        Assert.That(erased.Select(entry => entry.GetProperty("action").GetString()),
            Is.EqualTo((string[])["erased", "ended", "replaced", "set"]));
        Assert.That(string.Concat(await service.ListAsync("/v1/audit")), Does.Not.Contain("acme").And.Not.Contain("sponsor"));
        Assert.That(erased.Skip(1)
            .All(entry => entry.GetProperty("erased").GetBoolean() && entry.GetProperty("after").ValueKind == JsonValueKind.Null));
        Assert.That(erased.All(entry => entry.GetProperty("actor").GetProperty("name").GetString() == "admin"), "the actor stays");
    }

    [Test]
    public async Task A_refused_change_has_no_audit_entry()
    {
        await using var service = await TestService.StartAsync(Kind, ["Roles=api"], _clock);
        using var noAccount = await service.Client.PutAsync(
            "/v1/accounts/nobody/override",
                TestRequests.Text($$"""{"score":1,"reason":"r","expiresAt":"{{_clock.GetUtcNow().AddDays(1):O}}"}"""));
        using var noKey = await service.Client.DeleteAsync("/v1/keys/key_none");
        using var noErasure = await service.Client.DeleteAsync("/v1/accounts/nobody");
        Assert.That(((int)noAccount.StatusCode, (int)noKey.StatusCode, (int)noErasure.StatusCode), Is.EqualTo((404, 404, 404)));
        Assert.That(await service.ListAsync("/v1/audit"), Is.Empty);
    }

    [Test]
    public async Task Audit_entries_are_pruned_by_their_own_retention()
    {
        await using var service = await TestService.StartAsync(Kind, ["Roles=api", "Retention:Audit=100"], _clock);
        await service.PostAsync("/v1/keys", new { name = "old", scopes = new[] { "read" } });
        _clock.MoveTo(_clock.GetUtcNow().AddDays(100));
        await service.PostAsync("/v1/keys", new { name = "new", scopes = new[] { "read" } });
        var sweep = service.Services.GetRequiredService<RetentionSweep>();
        await sweep.RunAsync(_clock.GetUtcNow().AddDays(-400), _clock.GetUtcNow(), CancellationToken.None);
        Assert.That(await service.ListAsync("/v1/audit"), Has.Count.EqualTo(2), "exactly as old as the retention is not pruned yet");
        await sweep.RunAsync(_clock.GetUtcNow().AddDays(-400), _clock.GetUtcNow().AddSeconds(1), CancellationToken.None);
        Assert.That(
            (await service.ListAsync("/v1/audit")).Single().GetProperty("after").GetProperty("name").GetString(), Is.EqualTo("new"));
    }

    [Test]
    public async Task Commands_and_the_service_are_recorded_as_actors()
    {
        using var folder = new TempFolder();
        await CommandRun.OfAsync(folder, "keys", "create", "--name", "crm", "--scope", "ingest");
        await using var receiver = await WebhookReceiver.StartAsync(WebhookReceiver.Status(410));
        await using var service = await TestService.StartAsync(folder: folder);
        var (id, _) = await service.SubscribeAsync(receiver.Url);
        await service.QueueAsync("gone");
        var disabled = await Eventually.GetAsync(
            async () =>
                await service.ListAsync($"/v1/audit?subject={id}&actor=healthapi"), found => found.Count > 0,
                    "the service has disabled it");
        Assert.That(disabled.Single().GetProperty("after").GetProperty("disabledReason").GetString(), Is.EqualTo("gone"));
        var created = (await service.ListAsync("/v1/audit?kind=key")).Single().GetProperty("actor");
        Assert.That((created.GetProperty("kind").GetString(), created.GetProperty("name").GetString()),
            Is.EqualTo(("command", "keys create")));
    }

    [Test]
    public async Task A_change_whose_audit_entry_cannot_be_stored_is_rolled_back()
    {
        await using var service = await TestService.StartAsync(Kind, ["Roles=api"], _clock);
        await RenameAsync(service, "audit_entries", "audit_away");
        using var response = await service.Client.PostAsync("/v1/keys", TestRequests.Text("""{"name":"unseen","scopes":["read"]}"""));
        Assert.That(response.IsSuccessStatusCode, Is.False);
        Assert.That((await service.GetAsync("/v1/keys")).GetProperty("data").GetArrayLength(), Is.Zero,
            "a change that cannot be audited is not made");
        await RenameAsync(service, "audit_away", "audit_entries");
    }

    private static Task<int> RenameAsync(TestService service, string from, string to) => service.Database.WriteAsync(
        transaction =>
        {
            var connection = transaction.Connection!;
            var rename = connection is SqlConnection ? $"EXEC sp_rename '{from}', '{to}', 'OBJECT'" : $"ALTER TABLE {from} RENAME TO {to}";
            return connection.ExecuteAsync(rename, transaction: transaction);
        },
        CancellationToken.None);
}
