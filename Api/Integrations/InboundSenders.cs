using HealthApi.Api.Security;
using HealthApi.Infrastructure.Integrations;

namespace HealthApi.Api.Integrations;

/// <summary>Creates the <see cref="InboundSender"/> of each request and passes it the services that it uses.</summary>
internal sealed record InboundSenders(
    IntegrationStore Integrations, IntegrationNames Names, WrongKeys WrongKeys, InboundUrls Urls, TimeProvider Time)
{
    public InboundSender Of(HttpContext context, string? integrationId, string? call) => new(this, context, integrationId, call);
}
