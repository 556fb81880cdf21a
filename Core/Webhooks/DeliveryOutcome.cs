namespace HealthApi.Core.Webhooks;

/// <summary>The outcome of an attempt, which decides what happens to the delivery next.</summary>
public enum DeliveryOutcome : byte
{
    /// <summary>2xx.</summary>
    Delivered,

    /// <summary>The attempt failed, and a later one may succeed: it is retried by the schedule.</summary>
    Retry,

    /// <summary>429, 502, 503 or 504: it is retried by the schedule, but not before <c>Retry-After</c>.</summary>
    Throttled,

    /// <summary>A retry with the same bytes cannot succeed: the delivery has failed.</summary>
    Permanent,

    /// <summary>410: the receiver is gone. The subscription is disabled and the delivery is held.</summary>
    Gone,
}

/// <summary>The reason that an attempt got no HTTP status.</summary>
public enum DeliveryFault : byte
{
    /// <summary>No complete response before the deadline of the attempt.</summary>
    Timeout,

    /// <summary>The host's name could not be resolved.</summary>
    Dns,

    /// <summary>The connection could not be opened, or it broke.</summary>
    Connection,

    /// <summary>The TLS handshake failed.</summary>
    Tls,

    /// <summary>The response was not HTTP.</summary>
    Protocol,

    /// <summary>The host resolves to an address that is not public.</summary>
    AddressRefused,
}

/// <summary>Maps HTTP statuses and faults to outcomes.</summary>
public static class DeliveryOutcomes
{
    /// <summary>The outcome of a status. Redirects are not followed but retried, because the receiver may correct its URL.</summary>
    public static DeliveryOutcome Of(int status) => status switch
    {
        >= 200 and <= 299 => DeliveryOutcome.Delivered,
        410 => DeliveryOutcome.Gone,
        429 or 502 or 503 or 504 => DeliveryOutcome.Throttled,
        413 => DeliveryOutcome.Permanent,
        _ => DeliveryOutcome.Retry,
    };

    public static DeliveryOutcome Of(DeliveryFault fault) => fault switch
    {
        DeliveryFault.AddressRefused => DeliveryOutcome.Permanent,
        DeliveryFault.Timeout or DeliveryFault.Dns or DeliveryFault.Connection or DeliveryFault.Tls
            or DeliveryFault.Protocol => DeliveryOutcome.Retry,
    };
}
