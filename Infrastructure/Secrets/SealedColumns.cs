using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Secrets;

/// <summary>All columns that hold sealed texts. A column that is not listed here cannot hold one.</summary>
internal static class SealedColumns
{
    private static readonly SqlText SelectSubscriptions = new(
        """
        SELECT '' AS Scope, id AS Id, secrets AS Sealed FROM webhook_subscriptions
        WHERE id > @AfterId AND (@Current IS NULL OR secrets NOT LIKE @Current) ORDER BY id LIMIT @Limit
        """,
        """
        SELECT TOP (@Limit) '' AS Scope, id AS Id, secrets AS Sealed FROM webhook_subscriptions
        WHERE id > @AfterId AND (@Current IS NULL OR secrets NOT LIKE @Current) ORDER BY id
        """);

    private static readonly SqlText UpdateSubscriptions = new(
        """
        UPDATE webhook_subscriptions SET secrets = r.after
        FROM (SELECT value ->> 'id' AS id, value ->> 'before' AS before, value ->> 'after' AS after FROM json_each(@Rows)) AS r
        WHERE webhook_subscriptions.id = r.id AND webhook_subscriptions.secrets = r.before
        """,
        """
        UPDATE s SET secrets = r.after
        FROM webhook_subscriptions AS s JOIN OPENJSON(@Rows) WITH (id nvarchar(128), before nvarchar(max), after nvarchar(max)) AS r
            ON s.id = r.id COLLATE Latin1_General_100_BIN2
        WHERE s.secrets = r.before COLLATE Latin1_General_100_BIN2
        """);

    private static readonly SqlText SelectIntegrations = new(
        """
        SELECT '' AS Scope, id AS Id, secrets AS Sealed FROM integrations
        WHERE id > @AfterId AND (@Current IS NULL OR secrets NOT LIKE @Current) ORDER BY id LIMIT @Limit
        """,
        """
        SELECT TOP (@Limit) '' AS Scope, id AS Id, secrets AS Sealed FROM integrations
        WHERE id > @AfterId AND (@Current IS NULL OR secrets NOT LIKE @Current) ORDER BY id
        """);

    private static readonly SqlText UpdateIntegrations = new(
        """
        UPDATE integrations SET secrets = r.after
        FROM (SELECT value ->> 'id' AS id, value ->> 'before' AS before, value ->> 'after' AS after FROM json_each(@Rows)) AS r
        WHERE integrations.id = r.id AND integrations.secrets = r.before
        """,
        """
        UPDATE i SET secrets = r.after
        FROM integrations AS i JOIN OPENJSON(@Rows) WITH (id nvarchar(128), before nvarchar(max), after nvarchar(max)) AS r
            ON i.id = r.id COLLATE Latin1_General_100_BIN2
        WHERE i.secrets = r.before COLLATE Latin1_General_100_BIN2
        """);

    // The body is NULL until the answer is stored, and NULL matches neither LIKE nor NOT LIKE.
    private static readonly SqlText SelectAnswers = new(
        """
        SELECT key_id AS Scope, idempotency_key AS Id, CAST(body AS TEXT) AS Sealed FROM idempotency_keys
        WHERE body IS NOT NULL AND key_id >= @AfterScope AND (key_id > @AfterScope OR idempotency_key > @AfterId)
            AND (@Current IS NULL OR CAST(body AS TEXT) NOT LIKE @Current)
        ORDER BY key_id, idempotency_key LIMIT @Limit
        """,
        """
        SELECT TOP (@Limit) key_id AS Scope, idempotency_key AS Id, CAST(body AS varchar(max)) AS Sealed FROM idempotency_keys
        WHERE body IS NOT NULL AND key_id >= @AfterScope AND (key_id > @AfterScope OR idempotency_key > @AfterId)
            AND (@Current IS NULL OR CAST(body AS varchar(max)) NOT LIKE @Current)
        ORDER BY key_id, idempotency_key
        """);

    private static readonly SqlText UpdateAnswers = new(
        """
        UPDATE idempotency_keys SET body = CAST(r.after AS BLOB)
        FROM (SELECT value ->> 'scope' AS scope, value ->> 'id' AS id, value ->> 'before' AS before, value ->> 'after' AS after
            FROM json_each(@Rows)) AS r
        WHERE idempotency_keys.key_id = r.scope AND idempotency_keys.idempotency_key = r.id
            AND idempotency_keys.body = CAST(r.before AS BLOB)
        """,
        """
        UPDATE k SET body = CAST(CAST(r.after AS varchar(max)) AS varbinary(max))
        FROM idempotency_keys AS k
        JOIN OPENJSON(@Rows) WITH (scope nvarchar(128), id nvarchar(256), before nvarchar(max), after nvarchar(max)) AS r
            ON k.key_id = r.scope COLLATE Latin1_General_100_BIN2 AND k.idempotency_key = r.id COLLATE Latin1_General_100_BIN2
        WHERE k.body = CAST(CAST(r.before AS varchar(max)) AS varbinary(max))
        """);

    /// <summary>The secrets that sign webhooks, with the secrets that they replaced.</summary>
    public static readonly SealedColumn Subscriptions = new(
        "webhook_subscriptions.secrets", "webhook subscription", "webhook subscriptions", IsNeeded: true, SelectSubscriptions,
        UpdateSubscriptions);

    /// <summary>The secrets that verify inbound webhooks, with the secrets that they replaced.</summary>
    public static readonly SealedColumn Integrations = new(
        "integrations.secrets", "integration", "integrations", IsNeeded: true, SelectIntegrations, UpdateIntegrations);

    /// <summary>Answers that are repeated for a request with the same Idempotency-Key, for a day.</summary>
    public static readonly SealedColumn Answers = new(
        "idempotency_keys.body", "stored answer", "stored answers", IsNeeded: false, SelectAnswers, UpdateAnswers)
    {
        OwnerOf = row => AnswerOwner(row.Scope, row.Id),
    };

    public static IReadOnlyList<SealedColumn> All { get; } = [Subscriptions, Integrations, Answers];

    /// <summary>The owner that a stored answer is bound to.</summary>
    public static string AnswerOwner(string keyId, string key) => $"idempotency {keyId} {key}";
}
