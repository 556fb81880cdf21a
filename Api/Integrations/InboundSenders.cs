using HealthApi.Api.Security;
using HealthApi.Infrastructure.Integrations;

namespace HealthApi.Api.Integrations;

/// <summary>Makes the <see cref="InboundSender"/> of each request, and holds what it looks things up in.</summary>
internal sealed record InboundSenders(
    IntegrationStore Integrations, IntegrationNames Names, WrongKeys Guesses, InboundUrls Urls, TimeProvider Time)
{
    public InboundSender Of(HttpContext context, string? integrationId, string? call) => new(this, context, integrationId, call);
}
