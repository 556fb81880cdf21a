using System.Text;
using Dapper;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Churn;
using HealthApi.Core.Evaluation;
using HealthApi.Core.Scoring;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Evaluation;
using HealthApi.Infrastructure.Policies;
using HealthApi.Infrastructure.Webhooks.Subscriptions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Policies;

/// <summary>
/// Built-in documents that change with an upgrade: their versions stay what they were, and no message is sent for crossings that only the
/// upgrade causes.
/// </summary>
public sealed class ShippedEditionTests(StoreKind kind) : StoreFixture(kind)
{
    private const string Memory = "SELECT memory_bytes FROM account_states WHERE account_id = 'acme'";

    private const string Release =
        "INSERT INTO shipped_releases (release, kind, id, version, revision, at) VALUES (2, 'churn_rules', 'default', @Version, 0, @At)";

    private ManualTimeProvider _clock = null!;
    private Pipeline _pipeline = null!;

    [SetUp]
    public async Task OpenAsync()
    {
        _clock = new ManualTimeProvider();
        _pipeline = await Pipeline.CreateAsync(_clock, Kind);
        await _pipeline.Services.GetRequiredService<WebhookSubscriptionStore>()
            .CreateAsync(
                new WebhookSettings("https://example.com/", ["churn_risk.threshold_crossed", "health.threshold_crossed"], null, null, null),
                null, default);
    }

    [TearDown]
    public void Close() => _pipeline.Dispose();

    [Test]
    public async Task A_new_database_begins_with_the_rules_of_shift_signals_as_version_2()
    {
        var policy = await PolicyAsync(_pipeline);
        Assert.That((policy.Models.Active.Version, policy.Rules.Version, policy.Revision), Is.EqualTo((1, 2, 0)));
        Assert.That((policy.Before!.Rules, policy.Before.Before), Is.EqualTo((BuiltInChurnRules.Evidence, (EvaluationPolicy?)null)));
        Assert.That(await _pipeline.RowsAsync("SELECT kind FROM shipped_editions"), Is.Empty);
        Assert.That(await _pipeline.RowsAsync("SELECT kind FROM shipped_releases"), Is.Empty);
    }

    [Test]
    public async Task A_database_in_use_keeps_the_former_documents_and_moves_to_the_new_ones_without_messages()
    {
        await ExecuteAsync(
            "INSERT INTO shipped_editions (kind, id, version, revision, at) SELECT d.kind, d.id, NULL, 0, @At FROM (SELECT 'model' AS "
                + "kind, 'lifecycle' AS id UNION ALL SELECT 'churn_rules', 'default') AS d");
        await ExecuteAsync(Release, null);
        using var before = _pipeline.Another();
        await before.ProcessAsync(Batch());
        Assert.That(
            await MemoryAsync(before), Does.Contain("\"riskLevel\":\"high\"").And.Contain("lifecycle:1"),
            "one passive answer was a detractor");
        var crossings = (await before.RowsAsync(Pipeline.Crossings)).Count;

        _clock.Advance(TimeSpan.FromHours(1));
        await ExecuteAsync("UPDATE shipped_editions SET version = 2, at = @At");
        using var after = _pipeline.Another();
        var policy = await PolicyAsync(after);
        Assert.That((policy.Models.Active.Version, policy.Rules.Version), Is.EqualTo((2, 2)));
        Assert.That(
            (policy.At(_clock.GetUtcNow().AddMinutes(-30)).Rules.Version, policy.Models.Get("lifecycle", 1)),
            Is.EqualTo((1, BuiltInModels.Former.Single())), "the past is evaluated with the documents in force then");
        await after.Services.GetRequiredService<AccountEvaluations>().EvaluateAsync(["acme"], NotificationMode.Send, default);

        Assert.That(
            await MemoryAsync(after),
            Does.Contain("lifecycle:2").And.Contain("default:2").And.Not.Contain("\"riskLevel\":\"high\""));
        var moved = (await after.RowsAsync("SELECT data FROM crossings WHERE metric = 'churn_risk'"))
            .Where(data => data.Contains("falling", StringComparison.Ordinal)).ToList();
        Assert.That(moved, Is.Not.Empty.And.All.Contains("\"cause\":\"model\"").And.All.Contains("\"announced\":false"));
        Assert.That((await after.RowsAsync(Pipeline.Crossings)).Count, Is.GreaterThan(crossings));
        Assert.That(await after.RowsAsync("SELECT id FROM webhook_messages"), Is.Empty, "no message is sent for the upgrade");
    }

    [Test]
    public async Task A_database_in_use_moves_to_the_rules_of_shift_signals_without_messages()
    {
        await ExecuteAsync(Release, null);
        using var before = _pipeline.Another();
        await before.ProcessAsync(Batch());
        Assert.That(await MemoryAsync(before), Does.Contain("\"rules\":null").Or.Not.Contain("default:"), "no rules are version 1");
        _clock.Advance(TimeSpan.FromHours(1));
        await ExecuteAsync("UPDATE shipped_releases SET version = 2, at = @At");
        using var after = _pipeline.Another();
        var policy = await PolicyAsync(after);
        Assert.That((policy.Rules.Version, policy.AnnounceRules, policy.IsShipped), Is.EqualTo((2, false, true)));
        Assert.That(policy.At(_clock.GetUtcNow().AddMinutes(-30)).Rules, Is.SameAs(BuiltInChurnRules.Evidence));
        await after.Services.GetRequiredService<AccountEvaluations>().EvaluateAsync(["acme"], NotificationMode.Send, default);
        Assert.That(await MemoryAsync(after), Does.Contain("default:2"));
        Assert.That(await after.RowsAsync("SELECT id FROM webhook_messages"), Is.Empty, "no message is sent for the upgrade");
    }

    [TestCase(null, "2", TestName = "The migration gives the rules of shift signals the next version")]
    [TestCase("INSERT INTO shipped_editions (kind, id, version, revision, at) VALUES ('churn_rules', 'default', 2, 0, @At)", "3")]
    [TestCase(
        "INSERT INTO policy_changes (revision, at, kind, segment, id, version, announce) VALUES (1, @At, 'churn_rules', '', 'default', 2, 1)",
        "null")]
    public async Task The_migration_of_shift_signals_keeps_what_is_in_force(string? earlier, string version)
    {
        if (Kind != StoreKind.Sqlite) Assert.Ignore("This test undoes a migration by hand, with SQL for SQLite.");
        await _pipeline.ProcessAsync(Batch());
        if (earlier is not null) await ExecuteAsync(earlier);
        await ExecuteAsync("DROP TABLE shipped_releases");
        await ExecuteAsync("DELETE FROM schema_versions WHERE name = '0170_shift_signals'");
        using var upgraded = _pipeline.Another();
        await upgraded.Services.GetRequiredService<IDatabase>().MigrateAsync(default);
        Assert.That(
            await upgraded.RowsAsync("SELECT release, kind, id, version FROM shipped_releases"),
            Is.EqualTo(new[] { $"2 | churn_rules | default | {version}" }));
        Assert.That(await upgraded.RowsAsync("SELECT kind, status FROM jobs"), Is.EqualTo(new[] { "day_totals | queued" }));
    }

    [Test]
    public async Task The_audit_of_an_activation_names_the_version_that_an_upgraded_database_had_in_force()
    {
        await ExecuteAsync("INSERT INTO shipped_editions (kind, id, version, revision, at) VALUES ('model', 'lifecycle', 2, 0, @At)");
        using var upgraded = _pipeline.Another();
        var former = (await PolicyAsync(upgraded)).Models.Get("lifecycle", 1)!;
        await upgraded.Services.GetRequiredService<PolicyStore>().ActivateAsync(former, ["*", "smb"], false, default);
        Assert.That(
            await upgraded.RowsAsync("SELECT state_before FROM audit_entries WHERE kind = 'model'"),
            Is.EqualTo(new[] { """{"segments":{"*":{"id":"lifecycle","version":2},"smb":null}}""" }),
            "version 2 was in force");
    }

    [Test]
    public async Task The_migration_keeps_former_documents_only_where_accounts_were_evaluated()
    {
        if (Kind != StoreKind.Sqlite) Assert.Ignore("This test undoes a migration by hand, with SQL for SQLite.");
        await _pipeline.ProcessAsync(Batch());
        await ExecuteAsync(
            "INSERT INTO policy_documents (kind, id, version, document, created_at) VALUES ('model', 'lifecycle', 2, '{}', @At)");
        await ExecuteAsync("DROP TABLE shipped_editions");
        await ExecuteAsync("DELETE FROM schema_versions WHERE name = '0115_shipped_editions'");
        using var upgraded = _pipeline.Another();
        await upgraded.Services.GetRequiredService<IDatabase>().MigrateAsync(default);
        Assert.That(
            await upgraded.RowsAsync("SELECT kind, id, version, revision FROM shipped_editions ORDER BY kind"),
            Is.EqualTo(new[] { "churn_rules | default | 2 | 0", "model | lifecycle | 3 | 0" }));
        Assert.That(await upgraded.RowsAsync("SELECT kind, status FROM jobs"), Is.EqualTo(new[] { "product_change | queued" }));
    }

    /// <summary>What is remembered of the account, as JSON.</summary>
    private static async Task<string> MemoryAsync(Pipeline pipeline)
    {
        var bytes = await pipeline.Services.GetRequiredService<IDatabase>().ReadAsync(
            connection => connection.QuerySingleAsync<byte[]>(Memory), CancellationToken.None);
        return Encoding.UTF8.GetString(AccountMemory.FromStored(bytes, []).ToJson());
    }

    private IEnumerable<HealthApi.Core.Events.EventEnvelope> Batch()
    {
        var now = _clock.GetUtcNow();
        return
        [
            Pipeline.Envelope(
                $$"""{ "id": "e1", "type": "usage.login", "accountId": "acme", "occurredAt": "{{now:O}}", "data": { "userId": "u1" } }""", now),
            Pipeline.Envelope(
                $$"""{ "id": "e2", "type": "nps.responded", "accountId": "acme", "occurredAt": "{{now:O}}", "data": { "score": 7 } }""", now),
        ];
    }

    private static async Task<EvaluationPolicy> PolicyAsync(Pipeline pipeline) =>
        await pipeline.Services.GetRequiredService<EvaluationPolicies>().CurrentAsync(default);

    private Task<int> ExecuteAsync(string sql, int? version) => _pipeline.Services.GetRequiredService<IDatabase>()
        .ExecuteAsync(sql, new { At = _clock.GetUtcNow(), Version = version });

    private Task<int> ExecuteAsync(string sql) => _pipeline.Services.GetRequiredService<IDatabase>()
        .ExecuteAsync(sql, new { At = _clock.GetUtcNow() });
}
