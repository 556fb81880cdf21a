using System.Text;
using HealthApi.Core.Integrations;
using HealthApi.Core.Primitives;

namespace HealthApi.Infrastructure.Integrations;

/// <summary>Why a payload is stored.</summary>
public static class PayloadState
{
    /// <summary>Its customer is unknown; it is accepted as soon as an account claims the customer.</summary>
    public const string Parked = "parked";

    /// <summary>It cannot be translated with the integration's settings.</summary>
    public const string Unmapped = "unmapped";
}

/// <summary>A stored part of a payload. Its id is derived from its content, so that storing it again changes nothing.</summary>
public sealed record KeptPayload
{
    public string Id { get; init; } = "";

    public string IntegrationId { get; init; } = "";

    /// <summary>A <see cref="PayloadState"/>.</summary>
    public string State { get; init; } = "";

    /// <summary>The name of the external id by which its customer is looked up.</summary>
    public string System { get; init; } = "";

    public string ItemKey { get; init; } = "";

    public string Kind { get; init; } = "";

    /// <summary>The customer's name after all links were followed; null where the part names no customer.</summary>
    public string? Reference { get; init; }

    /// <summary>Why it is stored, in words for the caller.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The part as it was received: JSON.</summary>
    public string Payload { get; init; } = "";

    public DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The version of the integration's settings with which it was last translated.</summary>
    public long TriedSettings { get; init; }

    public static KeptPayload Of(
        Integration integration, InboundItem item, string state, string? reference, string reason, DateTimeOffset receivedAt)
    {
        ArgumentNullException.ThrowIfNull(integration);
        ArgumentNullException.ThrowIfNull(item);
        return new KeptPayload
        {
            Id = DerivedId.Of("pay_", $"{integration.Id}\n{state}\n{item.Key}\n{item.Kind}\n{reference}"),
            IntegrationId = integration.Id,
            State = state,
            System = integration.Settings.AccountMapping.ExternalId,
            ItemKey = item.Key,
            Kind = item.Kind,
            Reference = reference,
            Reason = reason,
            Payload = Encoding.UTF8.GetString(item.Raw.Span),
            ReceivedAt = receivedAt,
            TriedSettings = integration.SettingsVersion,
        };
    }
}

/// <summary>Where a page of stored payloads ended.</summary>
public sealed record PayloadPosition(DateTimeOffset ReceivedAt, string Id);

/// <summary>A page of stored payloads, and whether more follow.</summary>
public sealed record PayloadPage(IReadOnlyList<KeptPayload> Payloads, bool HasMore);
