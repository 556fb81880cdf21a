using System.Globalization;
using HealthApi.Api.Accounts;
using HealthApi.Api.Alerts;
using HealthApi.Api.Auditing;
using HealthApi.Api.Bodies;
using HealthApi.Api.Documentation;
using HealthApi.Api.Events;
using HealthApi.Api.Explaining;
using HealthApi.Api.Health;
using HealthApi.Api.Http;
using HealthApi.Api.Idempotency;
using HealthApi.Api.Integrations;
using HealthApi.Api.Jobs;
using HealthApi.Api.Limits;
using HealthApi.Api.Policies;
using HealthApi.Api.Problems;
using HealthApi.Api.Scoring;
using HealthApi.Api.Security;
using HealthApi.Api.Serialization;
using HealthApi.Api.Server;
using HealthApi.Api.Telemetry;
using HealthApi.Api.Webhooks;
using HealthApi.Infrastructure;
using HealthApi.Infrastructure.Hosting;
using HealthApi.Infrastructure.Settings;

namespace HealthApi.Api;

/// <summary>Builds the web service, also for the tests.</summary>
internal static class ServiceHost
{
    /// <summary>Builds the service without starting it. <paramref name="adjust"/> replaces parts, such as the clock.</summary>
    /// <exception cref="SettingException">Some settings are wrong; nothing was built.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? adjust = null)
    {
        // The SQL Server driver needs the data of cultures, but the service reads and writes with the invariant one.
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.CurrentCulture =
            CultureInfo.InvariantCulture;
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        Configure(builder);
        adjust?.Invoke(builder);
        var app = builder.Build();
        Map(app);
        return app;
    }

    private static void Configure(WebApplicationBuilder builder)
    {
        ServerLimits.ConfigureProcess();
        var settings = new SettingReader(builder.Configuration);
        AddServices(builder.Services, settings);
        var (limits, proxies) = (
            settings.Read<ServerLimits>(ServerLimits.Section),
            settings.Read<IntegrationOptions>(IntegrationOptions.Section).TrustedProxies);
        LogLevels.Check(settings);
        settings.ThrowIfWrong();
        builder.WebHost.ConfigureKestrel(kestrel => limits.Apply(kestrel, proxies));
    }

    private static void AddServices(IServiceCollection services, SettingReader settings)
    {
        services.AddHealthApiInfrastructure(settings);
        services.AddSettings<AuthOptions>(settings, AuthOptions.Section);
        services.AddSettings<IntegrationOptions>(settings, IntegrationOptions.Section);
        services.AddSingleton<EventIngestion>().AddSingleton<InboundUrls>().AddSingleton<LargePayloads>();
        services.AddSingleton<InboundSenders>().AddSingleton<InboundRefusals>().AddSingleton<InboundReceiver>();
        var roles = Roles.Read(settings);
        services.AddSingleton(roles);
        if (roles.Worker) services.AddHealthApiWorker();
        services.AddSingleton<KeyRing>().AddSingleton<WrongKeys>().AddSingleton<PastInstant>().AddSingleton<BodyBudget>();
        services.AddLimits(settings);
        services.AddTelemetry(settings);
        services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.MaxDepth = Json.Answers.MaxDepth;
            options.SerializerOptions.Encoder = Json.Answers.Encoder;
            foreach (var converter in Json.Answers.Converters) options.SerializerOptions.Converters.Add(converter);
        });
    }

    private static void Map(WebApplication app)
    {
        // Every service is a singleton, so a scope per request is not needed.
        app.Use(next => context =>
        {
            context.RequestServices = app.Services;
            return next(context);
        });
        app.UseMiddleware<ServerSpanMiddleware>();
        app.UseMiddleware<PageHeaderMiddleware>();
        app.UseMiddleware<ProblemMiddleware>();
        app.UseMiddleware<FramingMiddleware>();
        app.UseMiddleware<BodyBudgetMiddleware>();
        app.UseRouting();
        app.UseMiddleware<KeyMiddleware>();
        app.UseMiddleware<LimitMiddleware>();
        app.UseMiddleware<QueryMiddleware>();
        app.UseMiddleware<AcceptMiddleware>();
        app.UseRequestTimeouts();
        app.UseMiddleware<IdempotencyMiddleware>();
        app.MapOpenApiDocument();
        app.MapHealth();
        app.MapMetrics();
        app.MapProblems();
        app.MapKeys();
        app.MapAudit();
        app.MapEvents();
        app.MapIngestion();
        app.MapAccounts();
        app.MapStandings();
        app.MapExplaining();
        app.MapThresholds();
        app.MapScoring();
        app.MapModels();
        app.MapChurnRules();
        app.MapSegments();
        app.MapAlertPolicy();
        app.MapAlerts();
        app.MapAlertSimulation();
        app.MapJobs();
        app.MapWebhooks();
        app.MapIntegrations();
    }
}
