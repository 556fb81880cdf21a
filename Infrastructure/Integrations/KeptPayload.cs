using System.Text;
using HealthApi.Core.Integrations;
using HealthApi.Core.Primitives;

namespace HealthApi.Infrastructure.Integrations;

/// <summary>Why a payload is kept.</summary>
public static class PayloadState
{
    /// <summary>Its customer is unknown; it is translated as soon as an account claims it.</summary>
    public const string Parked = "parked";

    /// <summary>It cannot be translated.</summary>
    public const string Unmapped = "unmapped";
}

/// <summary>A part of a payload that is kept. Its id is derived from what it is, so that keeping it again is harmless.</summary>
public sealed record KeptPayload
{
    public string Id { get; init; } = "";

    public string IntegrationId { get; init; } = "";

    public string State { get; init; } = "";

    /// <summary>The external id by which its customer is looked up.</summary>
    public string System { get; init; } = "";

    public string ItemKey { get; init; } = "";

    public string Kind { get; init; } = "";

    /// <summary>The customer's name, after links.</summary>
    public string? Reference { get; init; }

    public string Reason { get; init; } = "";

    /// <summary>The part as it came: JSON.</summary>
    public string Payload { get; init; } = "";

    public DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The version of the integration's settings that it was last translated with.</summary>
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

/// <summary>Where a page of kept payloads ended.</summary>
public sealed record PayloadPosition(DateTimeOffset ReceivedAt, string Id);

/// <summary>A page of kept payloads, and whether others follow it.</summary>
public sealed record PayloadPage(IReadOnlyList<KeptPayload> Payloads, bool HasMore);
