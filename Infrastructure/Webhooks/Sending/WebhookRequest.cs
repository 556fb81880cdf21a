using HealthApi.Core.Webhooks;

namespace HealthApi.Infrastructure.Webhooks.Sending;

/// <summary>A message to be posted to one receiver.</summary>
/// <param name="Body">The bytes that are signed and sent.</param>
/// <param name="Trace">W3C trace context of the request that caused the message, or null.</param>
internal sealed record WebhookRequest(Uri Url, IReadOnlyList<WebhookSecret> Secrets, string MessageId, byte[] Body, string? Trace);
