using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Alerts;
using HealthApi.Infrastructure.Alerts.Simulating;
using HealthApi.Infrastructure.Auditing;
using HealthApi.Infrastructure.Clocks;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Database.SqlServer;
using HealthApi.Infrastructure.Erasure;
using HealthApi.Infrastructure.Evaluation;
using HealthApi.Infrastructure.Evaluation.Parking;
using HealthApi.Infrastructure.Evaluation.Rebuilding;
using HealthApi.Infrastructure.Evaluation.Sqlite;
using HealthApi.Infrastructure.Evaluation.SqlServer;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.Explaining;
using HealthApi.Infrastructure.Export;
using HealthApi.Infrastructure.History;
using HealthApi.Infrastructure.Hosting;
using HealthApi.Infrastructure.Idempotency;
using HealthApi.Infrastructure.Imports;
using HealthApi.Infrastructure.Inbound;
using HealthApi.Infrastructure.Jobs;
using HealthApi.Infrastructure.Lanes;
using HealthApi.Infrastructure.Lanes.Embedded;
using HealthApi.Infrastructure.Lanes.RabbitMq;
using HealthApi.Infrastructure.Policies;
using HealthApi.Infrastructure.Retention;
using HealthApi.Infrastructure.Secrets;
using HealthApi.Infrastructure.Security;
using HealthApi.Infrastructure.Settings;
using HealthApi.Infrastructure.Webhooks;
using HealthApi.Infrastructure.Webhooks.Dispatch;
using HealthApi.Infrastructure.Webhooks.Outbox;
using HealthApi.Infrastructure.Webhooks.Outbox.Sqlite;
using HealthApi.Infrastructure.Webhooks.Outbox.SqlServer;
using HealthApi.Infrastructure.Webhooks.Subscriptions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace HealthApi.Infrastructure;

/// <summary>Registers the services of this project as the configuration says.</summary>
public static class InfrastructureServices
{
    /// <summary>
    /// Registers what every process needs. Invalid settings are recorded in <paramref name="settings"/> as mistakes; nothing is thrown.
    /// </summary>
    public static IServiceCollection AddHealthApiInfrastructure(this IServiceCollection services, SettingReader settings)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<LoopHealth>();
        services.AddStorage(settings).AddLanes(settings);
        services.AddWebhooks(settings);
        services.AddSettings<RetentionOptions>(settings, RetentionOptions.Section);
        services.AddSingleton<ApiKeyStore>().AddSingleton<KeyUses>().AddHostedService<KeyUseWriter>();
        services.AddSingleton<RejectionCounters>().AddSingleton<IdempotencyStore>();
        services.AddEvaluation();
        services.AddIntegrations();
        return services;
    }

    /// <summary>Registers the background loops of a worker.</summary>
    public static IServiceCollection AddHealthApiWorker(this IServiceCollection services) =>
        // A WorkerLoop that fails continues by itself. Any other service that fails ends the process with a non-zero exit code.
        services.AddHostedService<LaneTableConsumer>().AddHostedService<Clockwork>().AddHostedService<Restater>()
            .AddSingleton<CheckpointSearch>().AddHostedService<Checkpointer>()
            .AddHostedService<RetentionSweeper>()
            .AddHostedService<OutboxDispatcher>().AddHostedService<BacklogKeeper>().AddHostedService<BacklogGauges>()
                .AddHostedService<SecretResealer>().AddHostedService<PayloadReleaser>()
            .AddHostedService<ParkedAccountRebuilder>().AddHostedService<ListingFiller>().AddHostedService<ErasureLoop>()
            .AddHostedService<IdempotencySweeper>().AddSingleton<ClockMark>().AddSingleton<DueTimes>().AddHostedService<ClockWatch>()
                .AddJobs();

    private static IServiceCollection AddJobs(this IServiceCollection services)
    {
        foreach (var name in RescoreKinds.Rescores)
            services.AddSingleton(provider => new JobKind(name, provider.GetRequiredService<RescoreJob>().RunAsync));
        return services.AddSingleton<PagedEvaluation>().AddSingleton<RescoreJob>().AddSingleton<DayTotalsJob>()
            .AddSingleton<AlertSimulationJob>()
            .AddSingleton(provider => new JobKind(RescoreKinds.DayTotals, provider.GetRequiredService<DayTotalsJob>().RunAsync))
            .AddSingleton(provider => new JobKind(
                AlertSimulations.Kind, provider.GetRequiredService<AlertSimulationJob>().RunAsync, IsLong: true))
            .AddSingleton<IHostedService>(provider => Runner(provider, "jobs", isLong: false))
            .AddSingleton<IHostedService>(provider => Runner(provider, "long_jobs", isLong: true));
    }

    private static JobRunner Runner(IServiceProvider provider, string name, bool isLong)
    {
        var signal = provider.GetRequiredService<JobSignal>();
        var kinds = provider.GetServices<JobKind>().Where(kind => kind.IsLong == isLong);
        return ActivatorUtilities.CreateInstance<JobRunner>(provider, name, kinds, isLong ? signal.OfLongJobs : signal);
    }

    private static void AddEvaluation(this IServiceCollection services) => services
        .AddSingleton<ThresholdStore>().AddSingleton<EvaluationPolicies>().AddSingleton<PolicyStore>()
        .AddSingleton<JobStore>().AddSingleton<JobSignal>()
        .AddSingleton<EvaluationSignal>().AddSingleton<LaneLag>().AddSingleton<LaneProgress>().AddSingleton<ParkedEventStore>()
        .AddSingleton<ParkedAccounts>().AddSingleton<ParkedAccountSignal>().AddSingleton<ParkedAccountShelf>()
            .AddSingleton<EventBatchProcessor>().AddSingleton<EventIntake>()
        .AddSingleton<LaneHandler>(provider => provider.GetRequiredService<EventIntake>().ProcessAsync)
        .AddSingleton<AccountEvaluations>().AddSingleton<ImportCheckpoints>().AddSingleton<ReadModelRebuilder>()
        .AddSingleton<AccountStore>().AddSingleton<DatedProfiles>().AddSingleton<AccountErasure>().AddSingleton<AccountRemoval>()
            .AddSingleton<ErasureKeeper>().AddSingleton<LanePruning>()
        .AddSingleton<AccountListing>().AddSingleton<TimelineStore>().AddSingleton<IngestionStats>().AddSingleton<ConflictStore>()
            .AddSingleton<ParkedEventShelf>()
        .AddSingleton<ReplayGate>().AddSingleton<AccountLog>().AddSingleton<HistoryStore>().AddSingleton<Restatements>()
            .AddSingleton<Checkpoints>().AddSingleton<RetentionSweep>()
        .AddSingleton<StandingReader>().AddSingleton<SubscriptionReader>().AddSingleton<RiskReader>()
        .AddSingleton<OverrideStore>().AddSingleton<AccountExplanations>().AddSingleton<EvidenceReader>()
            .AddSingleton<RollUpReader>()
        .AddSingleton<AlertActions>().AddSingleton<AlertListing>().AddSingleton<AlertReader>().AddSingleton<AlertStatsReader>()
            .AddSingleton<AlertSimulations>().AddSingleton<SimulatedAccounts>()
        .AddSingleton<AuditReader>().AddSingleton<AccountExport>();

    private static IServiceCollection AddStorage(this IServiceCollection services, SettingReader settings) =>
        services.AddSettings<StorageOptions>(settings, StorageOptions.Section).Provider is StorageProvider.SqlServer
            ? services.AddSqlServer()
            : services.AddSqlite();

    private static IServiceCollection AddSqlite(this IServiceCollection services) => services
        .AddSingleton(provider => new SqliteDatabase(provider.GetRequiredService<IOptions<StorageOptions>>().Value.ConnectionString))
        .AddSingleton<IDatabase>(provider => provider.GetRequiredService<SqliteDatabase>())
        .AddSingleton<ILaneTable>(provider => new SqliteLaneTable(
            provider.GetRequiredService<SqliteDatabase>().FilePath, provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<AccountCache>().AddSingleton<IAccountCache>(provider => provider.GetRequiredService<AccountCache>())
        .AddSingleton<IEvaluationSql, SqliteEvaluationSql>().AddSingleton<IOutboxSql, SqliteOutboxSql>();

    private static IServiceCollection AddSqlServer(this IServiceCollection services) => services
        .AddSingleton<IDatabase>(
            provider => new SqlServerDatabase(provider.GetRequiredService<IOptions<StorageOptions>>().Value.ConnectionString))
        .AddSingleton<ILaneTable, SqlServerLaneTable>()
        .AddSingleton<IAccountCache, NoAccountCache>()
        .AddSingleton<IEvaluationSql, SqlServerEvaluationSql>().AddSingleton<IOutboxSql, SqlServerOutboxSql>();

    private static void AddLanes(this IServiceCollection services, SettingReader settings)
    {
        var messaging = services.AddSettings<MessagingOptions>(settings, MessagingOptions.Section);
        services.AddSingleton<LaneSignal>().AddSingleton<AcceptingProcess>().AddSingleton<WriteProbe>().AddHostedService<AcceptedEvents>();
        services.AddSingleton<IngestGate>();
        if (messaging.Transport is MessagingTransport.RabbitMq)
            services.AddRabbitMqLanes(settings);
        else
            services.AddSingleton<ILaneTransport, EmbeddedTransport>();
    }
}
