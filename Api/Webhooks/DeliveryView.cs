using System.Text.Json;
using HealthApi.Infrastructure.Webhooks.Outbox;

namespace HealthApi.Api.Webhooks;

/// <summary>A delivery in a list.</summary>
internal record DeliveryView(
    string Id,
    string SubscriptionId,
    string MessageId,
    string Type,
    string? AccountId,
    string Status,
    int AttemptCount,
    DateTimeOffset CreatedAt,
    DateTimeOffset? NextAttemptAt,
    DateTimeOffset? CompletedAt,
    int? ResponseStatus)
{
    public static DeliveryView Of(Delivery delivery) => new(
        delivery.Id,
        delivery.SubscriptionId,
        delivery.MessageId,
        delivery.Type,
        delivery.AccountId,
        delivery.Status,
        delivery.Attempts,
        delivery.CreatedAt,
        delivery.NextAttemptAt,
        delivery.CompletedAt,
        delivery.ResponseStatus);
}

/// <summary>A delivery with the body that is sent and every attempt.</summary>
internal sealed record DeliveryDetailsView : DeliveryView
{
    private DeliveryDetailsView(DeliveryView delivery)
        : base(delivery)
    {
    }

    public required JsonElement Message { get; init; }

    public required IReadOnlyList<LoggedAttempt> Attempts { get; init; }

    public static DeliveryDetailsView Of(DeliveryDetails details) =>
        new(DeliveryView.Of(details.Delivery)) { Message = JsonElement.Parse(details.Body), Attempts = details.Attempts };
}
