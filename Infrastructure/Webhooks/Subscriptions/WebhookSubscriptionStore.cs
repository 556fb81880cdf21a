using System.Data;
using System.Data.Common;
using Dapper;
using HealthApi.Core.Primitives;
using HealthApi.Core.Webhooks;
using HealthApi.Infrastructure.Auditing;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Secrets;
using HealthApi.Infrastructure.Webhooks.Outbox;
using HealthApi.Infrastructure.Webhooks.Sending;

namespace HealthApi.Infrastructure.Webhooks.Subscriptions;

/// <summary>Stores subscriptions. A secret is returned only when it is created; it is stored encrypted.</summary>
public sealed class WebhookSubscriptionStore(
    IDatabase database, SecretVault vault, OutboxSignal signal, SubscriptionBacklog backlog, TimeProvider time)
{
    private const string InsertSubscription = """
        INSERT INTO webhook_subscriptions (id, url, event_types, description, filter, max_per_minute, strict_order, enabled, secrets,
            version, created_at, updated_at)
        VALUES (@Id, @Url, @EventTypes, @Description, @Filter, @MaxPerMinute, @StrictOrder, 1, @Secrets, 1, @CreatedAt, @Now)
        """;

    private const string SelectOne = "SELECT " + SubscriptionRow.Columns + " FROM webhook_subscriptions WHERE id = @Id";

    private const string Page = SubscriptionRow.Columns + " FROM webhook_subscriptions WHERE id > @After ORDER BY id";

    private static readonly SqlText SelectPage = new("SELECT " + Page + " LIMIT @Limit", "SELECT TOP (@Limit) " + Page);

    private const string UpdateSettings = """
        UPDATE webhook_subscriptions
        SET event_types = @EventTypes, description = @Description, filter = @Filter, max_per_minute = @MaxPerMinute,
            strict_order = @StrictOrder,
            url = @Url, version = version + 1, updated_at = @Now
        WHERE id = @Id AND version = @Version
        """;

    private const string UpdateSecrets = """
        UPDATE webhook_subscriptions SET secrets = @Secrets, version = version + 1, updated_at = @Now WHERE id = @Id AND version = @Version
        """;

    // Dispatchers claim nothing of a disabled subscription, and outbox writers see the new version.
    private const string Stop = """
        UPDATE webhook_subscriptions
        SET enabled = 0, releasing = NULL, released_at = NULL, disabled_reason = COALESCE(disabled_reason, @Reason), version = version + 1,
            updated_at = @Now
        WHERE id = @Id
        """;

    // Not while deliveries are left that were queued meanwhile: these are deleted first.
    private const string DeleteOne = """
        DELETE FROM webhook_subscriptions
        WHERE id = @Id AND NOT EXISTS (SELECT 1 FROM webhook_deliveries AS d WHERE d.subscription_id = @Id)
        """;

    /// <summary>Creates an enabled subscription with the given secret, or with a generated one.</summary>
    public async Task<(WebhookSubscription Subscription, WebhookSecret Secret)> CreateAsync(
        WebhookSettings settings, WebhookSecret? imported, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var id = "wh_" + Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        var secret = imported ?? SecretRing.Generate();
        var now = Instant.Truncate(time.GetUtcNow());
        var subscription = new WebhookSubscription(id, 1, settings, true, null, now);
        var row = ToParameters(subscription, SecretRing.Of(secret).Seal(vault, id));
        await database.WriteAsync(
            async transaction =>
            {
                await transaction.Connection!.ExecuteAsync(InsertSubscription, row, transaction);
                await RouteChanges.CountAsync(transaction);
                await SubscriptionAudit.AddAsync(transaction, AuditActions.Created, id, null, settings, now);
                return 0;
            },
            cancellation);
        return (subscription, secret);
    }

    /// <summary>The subscription; null where there is no such subscription.</summary>
    public async Task<WebhookSubscription?> FindAsync(string id, CancellationToken cancellation)
    {
        var row = await database.ReadAsync(
            connection => connection.QuerySingleOrDefaultAsync<SubscriptionRow>(SelectOne, new { Id = id }), cancellation);
        return row?.ToSubscription();
    }

    /// <summary>Lists subscriptions in the order of their creation, after the given id.</summary>
    public async Task<IReadOnlyList<WebhookSubscription>> ListAsync(string? after, int limit, CancellationToken cancellation)
    {
        var parameters = new { After = after ?? "", Limit = limit };
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<SubscriptionRow>(SelectPage.For(connection), parameters), cancellation);
        return [.. rows.Select(row => row.ToSubscription())];
    }

    /// <summary>
    /// Stores the settings, and enables or disables the subscription where <paramref name="enabled"/> differs. Returns <see
    /// cref="WriteStatus.Updated"/>, or <see cref="WriteStatus.Conflict"/> where the subscription has changed since it was read.
    /// </summary>
    public async Task<WriteStatus> UpdateAsync(
        WebhookSubscription known, WebhookSettings settings, bool enabled, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(known);
        if (enabled && !known.Enabled) await backlog.HoldAsync(known.Id, cancellation);
        var parameters = ToParameters(known with { Settings = settings }, "");
        var status = await database.WriteAsync(
            async transaction =>
            {
                if (enabled && !known.Enabled) await RouteChanges.CloseAsync(transaction);
                if (await transaction.Connection!.ExecuteAsync(UpdateSettings, parameters, transaction) == 0) return WriteStatus.Conflict;
                await RouteChanges.CountAsync(transaction);
                await SubscriptionAudit.AddAsync(transaction, AuditActions.Changed, known.Id, known.Settings, settings, time.GetUtcNow());
                // A new URL starts without failures and pauses: those of the previous URL are not its own.
                if (settings.Url != known.Settings.Url) await SubscriptionStates.ClearAsync(transaction, known.Id);
                if (enabled != known.Enabled) await SwitchAsync(transaction, known.Id, enabled);
                return WriteStatus.Updated;
            },
            cancellation);
        if (status == WriteStatus.Updated && known.Enabled && !enabled) await backlog.HoldAsync(known.Id, cancellation);
        signal.Set();
        return status;
    }

    /// <summary>
    /// Deletes a subscription and its deliveries; nothing is sent to it from now on. Returns <see cref="WriteStatus.Deleted"/> or <see
    /// cref="WriteStatus.NotFound"/>. After an interruption, the same call finishes the deletion.
    /// </summary>
    public async Task<WriteStatus> DeleteAsync(string id, CancellationToken cancellation)
    {
        if (await StopAsync(id, cancellation) == 0) return WriteStatus.NotFound;
        do await DeliveryPruning.DeleteOfAsync(database, id, cancellation);
        while (!await RemoveAsync(id, cancellation) && await FindAsync(id, cancellation) is not null);
        return WriteStatus.Deleted;
    }

    /// <summary>
    /// Generates a new secret. The previous one signs beside it for 24 hours, unless it cannot be opened: then the new one signs alone.
    /// Null where there is no such subscription.
    /// </summary>
    public Task<RotatedSecret?> RotateAsync(string id, CancellationToken cancellation) => database.WriteAsync<RotatedSecret?>(
        async transaction =>
        {
            var connection = transaction.Connection!;
            if (await connection.QuerySingleOrDefaultAsync<SubscriptionRow>(SelectOne, new { Id = id }, transaction) is not { } row)
                return null;
            var now = Instant.Truncate(time.GetUtcNow());
            var secret = SecretRing.Generate();
            var known = SecretRing.TryOpen(vault, id, row.Secrets);
            var secrets = known?.Rotate(secret, now) ?? SecretRing.Of(secret);
            var parameters = new { Id = id, Secrets = secrets.Seal(vault, id), Now = now, row.Version };
            if (await connection.ExecuteAsync(UpdateSecrets, parameters, transaction) == 0)
                throw new DBConcurrencyException("The subscription has changed.");
            await SubscriptionAudit.AddAsync(transaction, AuditActions.SecretRotated, id, null, null, now);
            return new RotatedSecret(secret, known is null ? null : now + SecretRing.Overlap);
        },
        cancellation);

    /// <summary>
    /// Enables a subscription, clears its failures and pauses, and handles the held deliveries as chosen. They are released in chunks
    /// before the subscription is enabled; after an interruption a worker continues. Null where there is no such subscription.
    /// </summary>
    public async Task<ReleasedDeliveries?> EnableAsync(string id, HeldChoice held, CancellationToken cancellation)
    {
        await backlog.HoldAsync(id, cancellation);
        var begun = await database.WriteAsync(
            async transaction =>
            {
                if (held != HeldChoice.Keep) return await SubscriptionSwitch.ReleaseAsync(transaction, id, held, time.GetUtcNow());
                await RouteChanges.CloseAsync(transaction);
                return await SwitchAsync(transaction, id, true);
            },
            cancellation);
        var released = !begun ? null : held == HeldChoice.Keep ? new ReleasedDeliveries(0, 0)
            : await backlog.ReleaseAsync(id, cancellation);
        signal.Set();
        return released;
    }

    /// <summary>Disables a subscription that is to be deleted, while no writer queues messages to it.</summary>
    /// <returns>0 where there is no such subscription.</returns>
    private Task<int> StopAsync(string id, CancellationToken cancellation) => database.WriteAsync(
        async transaction =>
        {
            await RouteChanges.CloseAsync(transaction);
            var parameters = new { Id = id, Reason = DisabledReasons.Manual, Now = Instant.Truncate(time.GetUtcNow()) };
            var stopped = await transaction.Connection!.ExecuteAsync(Stop, parameters, transaction);
            await RouteChanges.CountAsync(transaction);
            return stopped;
        },
        cancellation);

    /// <summary>Deletes a subscription whose deliveries are deleted. False where some are left, or where it was deleted before.</summary>
    private Task<bool> RemoveAsync(string id, CancellationToken cancellation) => database.WriteAsync(
        async transaction =>
        {
            await RouteChanges.CloseAsync(transaction);
            var connection = transaction.Connection!;
            var known = await connection.QuerySingleOrDefaultAsync<SubscriptionRow>(SelectOne, new { Id = id }, transaction);
            if (known is null || await connection.ExecuteAsync(DeleteOne, new { Id = id }, transaction) == 0) return false;
            await RouteChanges.CountAsync(transaction);
            await SubscriptionAudit.AddAsync(
                transaction, AuditActions.Deleted, id, known.ToSubscription().Settings, null, time.GetUtcNow());
            return true;
        },
        cancellation);

    private Task<bool> SwitchAsync(DbTransaction transaction, string id, bool enabled) => enabled
        ? SubscriptionSwitch.EnableAsync(transaction, id, time.GetUtcNow())
        : SubscriptionSwitch.DisableAsync(transaction, id, DisabledReasons.Manual, time.GetUtcNow());

    private object ToParameters(WebhookSubscription subscription, string secrets) => new
    {
        subscription.Id,
        subscription.Version,
        subscription.Settings.Url,
        EventTypes = SubscriptionRow.Write(subscription.Settings.EventTypes),
        subscription.Settings.Description,
        Filter = SubscriptionRow.Write(subscription.Settings.Filter),
        subscription.Settings.MaxPerMinute,
        subscription.Settings.StrictOrder,
        Secrets = secrets,
        subscription.CreatedAt,
        Now = Instant.Truncate(time.GetUtcNow()),
    };
}
