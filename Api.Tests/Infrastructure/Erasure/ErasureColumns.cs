using Dapper;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Accounts;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;
using Microsoft.Extensions.DependencyInjection;

namespace HealthApi.Api.Tests.Infrastructure.Erasure;

/// <summary>A column of the schema, with its type.</summary>
internal sealed record SchemaColumn
{
    public string TableName { get; init; } = "";

    public string ColumnName { get; init; } = "";

    public string Type { get; init; } = "";

    /// <summary>SQL that counts the rows in which the column contains the text.</summary>
    public string Search(string text) => $"SELECT COUNT(*) FROM {TableName} WHERE instr(CAST({ColumnName} AS TEXT), '{text}') > 0";

    public override string ToString() => $"{TableName}.{ColumnName}";
}

/// <summary>
/// The columns of each table; an asterisk marks a column that can hold data of an account. Configuration is not marked: it may name
/// accounts, but it belongs to the operator.
/// </summary>
internal static class ErasureColumns
{
    /// <summary>The id of the account, and the text in all of its data.</summary>
    public const string Id = "zzyzx";

    private static readonly string[] Tables =
    [
        "account_baselines: account_id* horizon version format first_received_at last_received_at figures*",
        "account_checkpoints: account_id* horizon last_seq first_received_at last_received_at figures*",
        "account_external_ids: system external_id* account_id*",
        "account_overrides: id account_id* set_at set_by expires_at ended_at ended_by data*",
        "account_profiles: account_id* since profile*",
        "account_restatements: account_id* from_day claim leased_until",
        "account_states: account_id* version figures* memory* score category previous_category risk_score risk_level evaluated_at due_at "
            + "restate_from disagrees parked_at parked_error* parked_format memory_bytes*",
        "account_tags: account_id* tag*",
        "accounts: id* name* segment phase owner* parent_id* arr mrr currency licences renewal_date churned_at terms_version profile* "
            + "version created_at updated_at",
        "alert_policies: version document created_at",
        "alert_budgets: owner sent withheld",
        "alert_changes: alert_id number account_id* at what cause score label made_by note*",
        "alerts: id account_id* metric severity severity_rank status opened_at updated_at confirmed_at acknowledged_at acknowledged_by "
            + "snoozed_until resolved_at resolution flapping owner* assigned_owner* segment arr opened_score opened_label worst_rank "
            + "worst_score worst_label worst_at now_score now_label reasons* interventions crossings cause changes messages suppressed",
        "api_keys: id name hash prefix scopes created_at revoked_at expires_at last_used_at",
        "audit_entries: seq id at kind action subject* account_id* actor_kind actor_id actor_name state_before* state_after* erased",
        "checkpoint_search: id seq",
        "checkpointed_accounts: account_id* format baseline_version",
        "clock_mark: id at",
        "crossing_feed: seq message_id account_id* created_at trace body*",
        "crossing_feed_lease: id owner leased_until",
        "crossings: id account_id* sequence at metric threshold direction resolves data*",
        "dated_profiles: account_id* since recorded_at profile* stated",
        "erasures: account_id* erased_at erasing lane_table lane_row markers dropped",
        "event_conflicts: seq source id* type account_id* occurred_at received_at hash data*",
        "events: seq source id* type account_id* occurred_at received_at hash data*",
        "idempotency_accounts: account_id* key_id idempotency_key created_at",
        "idempotency_keys: key_id idempotency_key request_hash status headers* body* created_at",
        "ingestion_counters: name value",
        "ingestion_counts: name part value",
        "ingestion_source_counts: source part events last_occurred_at last_received_at",
        "ingestion_sources: source events last_occurred_at last_received_at",
        "integration_links: integration_id reference* target* as_of used_at",
        "integration_payloads: id integration_id state system item_key* kind reference* reason* payload* received_at tried_settings",
        "integration_refusal_counts: integration_id reason refused last_at",
        "integration_refusals: integration_id reason at id status detail content_type bytes address",
        "integration_write_keys: hash integration_id expires_at",
        "integrations: id vendor system settings secrets version created_at updated_at settings_version",
        "jobs: id kind request status position* done total result error lease_owner lease_until created_at started_at finished_at",
        "lane_inbox: process number taken_at",
        "lane_progress: lane received_at",
        "lane_processes: id part accepted taken seen_at",
        "parked_events: id source event_id* account_id* payload* error* parked_at events",
        "policy_changes: revision at kind segment id version announce",
        "policy_documents: kind id version document created_at",
        "score_history: account_id* day at score category risk_score risk_level",
        "settings: name value",
        "shipped_editions: kind id version revision at", "shipped_releases: release kind id version revision at",
        "simulated_accounts: job_id account_id* opened updated resolved",
        "store_probe: id written_at bytes",
        "thresholds: id document version updated_at",
        "webhook_attempts: delivery_seq number at status error answer* duration_ms",
        "webhook_deliveries: seq id message_id subscription_id status attempts tries created_at next_attempt_at lease_owner completed_at "
            + "response_status account_id*",
        "webhook_messages: id type account_id* created_at trace body*",
        "webhook_route_changes: id number",
        "webhook_subscription_states: subscription_id failing_since paused_until budget",
        "webhook_subscriptions: id url event_types description filter max_per_minute enabled disabled_reason secrets version "
            + "failing_since paused_until budget created_at updated_at strict_order releasing released_at",
    ];

    /// <summary>The tables that are filled, with the values that connect a row to other rows. Parents come before their children.</summary>
    private static readonly (string Table, string Values)[] Filled =
    [
        ("webhook_subscriptions", "id=s1"), ("webhook_messages", "id=m1"),
        ("webhook_deliveries", "id=d1 seq=1 message_id=m1 subscription_id=s1 status=pending"),
        ("webhook_attempts", "delivery_seq=1"), ("crossing_feed", ""), ("events", ""), ("event_conflicts", ""), ("parked_events", ""),
        ("score_history", ""),
        ("crossings", ""), ("alerts", "id=al1"), ("alert_changes", "alert_id=al1"), ("account_overrides", ""), ("account_profiles", "since=1"), ("dated_profiles", ""), ("account_baselines", ""),
        ("account_restatements", ""), ("account_checkpoints", ""), ("checkpointed_accounts", ""), ("integrations", "id=i1 system=crm"),
        ("audit_entries", ""),
        ("integration_links", "integration_id=i1 reference=zzyzx-user"), ("integration_payloads", "id=p1 integration_id=i1 system=crm"),
        ("integration_payloads", "id=p2 integration_id=i1 system=crm reference=zzyzx-user"),
        ("integration_links", "integration_id=i1 reference=fact:owner:zzyzx"),
        ("idempotency_keys", "key_id=k1 idempotency_key=once status=200"), ("idempotency_accounts", "key_id=k1 idempotency_key=once"),
        ("jobs", "id=j1 finished_at=1"), ("simulated_accounts", "job_id=j1"),
    ];

    public static IEnumerable<string> Classified => All().Select(column => column.Name);

    /// <summary>The marked columns that hold data before an erasure; the tombstone (<c>erasures</c>) is written by the erasure.</summary>
    public static IEnumerable<string> OfAccounts =>
        All().Where(column => column.IsOfAccounts && !column.Name.StartsWith("erasures.", StringComparison.Ordinal))
            .Select(column => column.Name);

    public static async Task<IReadOnlyList<SchemaColumn>> ReadAsync(IDatabase database)
    {
        const string Columns = """
            SELECT m.name AS TableName, c.name AS ColumnName, c.type AS Type FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c
            WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name <> 'schema_versions'
            """;
        return [.. await database.ReadAsync(connection => connection.QueryAsync<SchemaColumn>(Columns), CancellationToken.None)];
    }

    /// <summary>Creates an account, and a row in every table that can hold data of one.</summary>
    public static async Task FillAsync(IServiceProvider services)
    {
        var names = new Dictionary<string, string> { ["crm"] = Id };
        var account = new Account { Id = Id, Name = Id, Owner = Id, ParentId = Id + "-parent", Tags = [Id], ExternalIds = names };
        await services.GetRequiredService<AccountStore>().WriteAsync(Id, default, _ => account, default);
        var database = services.GetRequiredService<IDatabase>();
        foreach (var statement in Rows(await ReadAsync(database)))
            await database.ExecuteAsync(statement);
    }

    /// <summary>Statements that put data of the account into every marked column.</summary>
    private static IEnumerable<string> Rows(IReadOnlyList<SchemaColumn> columns)
    {
        foreach (var (table, values) in Filled) yield return Insert(columns.Where(column => column.TableName == table).ToList(), values);
        yield return $"UPDATE account_states SET figures = '{Id}', memory = '{Id}', memory_bytes = '{Id}', parked_error = '{Id}'";
    }

    private static string Insert(List<SchemaColumn> columns, string values)
    {
        var given = values.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('='))
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        var ofAccounts = OfAccounts.ToHashSet(StringComparer.Ordinal);
        var row = columns.Where(column => column.ColumnName is not "seq" || given.ContainsKey("seq"))
            .Select(column => (column.ColumnName, Value: Value(column)));
        return $"INSERT INTO {columns[0].TableName} ({string.Join(", ", row.Select(one => one.ColumnName))}) VALUES ({string.Join(", ", row.Select(one => one.Value))})";

        string Value(SchemaColumn column) => given.TryGetValue(column.ColumnName, out var value) ? $"'{value}'"
            : ofAccounts.Contains(column.ToString()) ? $"'{Id}'"
            : column.Type is "TEXT" or "BLOB" ? "'x'" : "1";
    }

    private static IEnumerable<(string Name, bool IsOfAccounts)> All() =>
        from table in Tables
        let name = table[..table.IndexOf(':', StringComparison.Ordinal)]
        from column in table[(name.Length + 2)..].Split(' ')
        select ($"{name}.{column.TrimEnd('*')}", column.EndsWith('*'));
}
