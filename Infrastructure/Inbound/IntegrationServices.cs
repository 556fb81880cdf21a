using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Integrations;
using Microsoft.Extensions.DependencyInjection;

namespace HealthApi.Infrastructure.Inbound;

/// <summary>Registers the services for inbound webhooks of other systems.</summary>
internal static class IntegrationServices
{
    public static void AddIntegrations(this IServiceCollection services) => services
        .AddSingleton<ClaimSignal>().AddSingleton<IntegrationStore>().AddSingleton<IntegrationNames>().AddSingleton<CustomerDirectory>()
            .AddSingleton<CustomerProfiles>().AddSingleton<CustomerNames>()
        .AddSingleton<PayloadStore>().AddSingleton<InboundIntake>().AddSingleton<UnmappedRetrier>()
        .AddSingleton<RefusalStore>().AddSingleton<RefusalLog>().AddSingleton<Refusals>().AddHostedService<RefusalWriter>();
}
