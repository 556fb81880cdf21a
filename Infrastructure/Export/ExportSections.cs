using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Export;

/// <summary>
/// Everything that is stored about an account, table by table, except the event log, which <see cref="AccountExport"/> reads in the order
/// of its events. A test compares this list with the columns that an erasure deletes, so that everything that can be erased is exported.
/// </summary>
internal static class ExportSections
{
    private const int SmallPage = 20;

    private const string Messages = "t.message_id IN (SELECT m.id FROM webhook_messages AS m WHERE m.account_id = @Id)";

    private const string Deliveries = """
        t.delivery_seq IN (
            SELECT d.seq FROM webhook_messages AS m JOIN webhook_deliveries AS d ON d.message_id = m.id WHERE m.account_id = @Id)
        """;

    private const string OfNamesSqlite = "t.integration_id = @IntegrationId AND t.reference IN (SELECT value FROM json_each(@Names))";

    private const string OfNamesSqlServer = """
        t.integration_id = @IntegrationId
            AND t.reference IN (SELECT j.v COLLATE Latin1_General_100_BIN2 FROM OPENJSON(@Names) WITH (v nvarchar(200) '$') AS j)
        """;

    public static IReadOnlyList<ExportSection> All { get; } =
    [
        new("account", "accounts", "id",
            "id name segment phase owner parent_id arr:money mrr:money currency licences:number renewal_date:time churned_at:time "
                + "profile:json version:number "
            + "created_at:time updated_at:time")
        {
            Owner = new SqlText("t.id = @Id", "t.id = @Id"),
        },
        new("tag", "account_tags", "tag", "tag"),
        new("external_id", "account_external_ids", "system", "system external_id") { Minor = "external_id" },
        new("former_profile", "account_profiles", "since", "since:time profile:json") { PageSize = 100 },
        new("dated_profile", "dated_profiles", "since", "since:time recorded_at:time profile:json stated")
        {
            Minor = "recorded_at",
            PageSize = 100,
        },
        new("state", "account_states", "account_id",
            "version:number figures:bytes memory:json:formerMemory memory_bytes:memory:memory score:number category previous_category "
            + "risk_score:number risk_level "
            + "evaluated_at:time due_at:time restate_from:number disagrees:flag parked_at:time parked_error parked_format:number"),
        new("baseline", "account_baselines", "horizon",
            "horizon:time version:number format:number first_received_at:time last_received_at:time figures:bytes")
        {
            PageSize = SmallPage,
        },
        new("restatement", "account_restatements", "account_id", "from_day:number leased_until:time"),
        new("event_conflict", "event_conflicts", "seq", "source id type:event occurred_at:time received_at:time data:json"),
        new("parked_event", "parked_events", "id", "id source event_id payload:envelope error parked_at:time events:number"),
        new("standing", "score_history", "day", "at:time score:number category risk_score:number risk_level"),
        new("crossing", "crossings", "sequence", "id sequence:number at:time metric threshold direction resolves data:json"),
        new("alert", "alerts", "id",
            "id metric severity status opened_at:time updated_at:time confirmed_at:time acknowledged_at:time acknowledged_by "
            + "snoozed_until:time resolved_at:time resolution flapping:flag owner assigned_owner segment arr:money opened_score:number "
            + "opened_label worst_score:number worst_label worst_at:time now_score:number now_label reasons:json interventions:json "
            + "crossings:json cause changes:number messages:number suppressed:number"),
        new("alert_change", "alert_changes", "alert_id",
            "alert_id number:number at:time what cause score:number label made_by note")
        {
            Minor = "number",
        },
        new("crossing_message", "crossing_feed", "seq", "message_id created_at:time trace body:json"),
        new("override", "account_overrides", "id", "id set_at:time set_by expires_at:time ended_at:time ended_by data:json"),
        new("message", "webhook_messages", "id", "id type created_at:time trace body:json"),
        new("delivery", "webhook_deliveries", "seq",
            "seq:number:deliverySeq id message_id subscription_id status attempts:number tries:number created_at:time next_attempt_at:time "
            + "completed_at:time response_status:number")
        {
            Owner = new SqlText(Messages, Messages),
        },
        new("attempt", "webhook_attempts", "delivery_seq",
            "delivery_seq:number number:number at:time status:number error answer duration_ms:number")
        {
            Minor = "number",
            Owner = new SqlText(Deliveries, Deliveries),
        },
        new("link", "integration_links", "reference", "integration_id reference target as_of:time used_at:time")
        {
            Owner = new SqlText(OfNamesSqlite, OfNamesSqlServer),
            ByName = true,
        },
        new("payload", "integration_payloads", "id",
            "id integration_id state system item_key kind::payloadKind reference reason payload:json received_at:time")
        {
            Owner = new SqlText(OfNamesSqlite, OfNamesSqlServer),
            ByName = true,
            PageSize = SmallPage,
        },
        new("stored_answer", "idempotency_accounts", "key_id", "key_id idempotency_key created_at:time") { Minor = "idempotency_key" },
        new("job", "jobs", "id", "id kind::jobKind status position created_at:time finished_at:time")
        {
            Owner = new SqlText("t.position = @Id", "t.position = @Id"),
        },
        new("audit_entry", "audit_entries", "seq",
            "id at:time kind::auditKind action subject actor_kind actor_id actor_name state_before:json:before state_after:json:after"),
        new("erasure", "erasures", "account_id", "erased_at:time dropped:number"),
    ];
}
