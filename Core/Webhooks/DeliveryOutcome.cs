namespace HealthApi.Core.Webhooks;

/// <summary>What an attempt came to, and so what happens to the delivery next.</summary>
public enum DeliveryOutcome : byte
{
    /// <summary>2xx.</summary>
    Delivered,

    /// <summary>Failed in a way that may heal: tried again by the schedule.</summary>
    Retry,

    /// <summary>429, 503, or a gateway's 502 or 504: tried again by the schedule, but not before <c>Retry-After</c>.</summary>
    Throttled,

    /// <summary>Trying again with the same bytes is of no use: kept as failed.</summary>
    Permanent,

    /// <summary>410: nobody is there any more; the subscription is disabled and the delivery held.</summary>
    Gone,
}

/// <summary>Why an attempt brought no HTTP status.</summary>
public enum DeliveryFault : byte
{
    /// <summary>No whole answer within the total deadline.</summary>
    Timeout,

    /// <summary>The host's name could not be resolved.</summary>
    Dns,

    /// <summary>No connection, or it broke.</summary>
    Connection,

    /// <summary>The TLS handshake failed.</summary>
    Tls,

    /// <summary>The answer was not HTTP.</summary>
    Protocol,

    /// <summary>The host resolves to an address that is not public.</summary>
    AddressRefused,
}

/// <summary>The one place where statuses and faults become outcomes.</summary>
public static class DeliveryOutcomes
{
    /// <summary>Statuses of the receiver. Redirects are not followed; the receiver may mend its address, so they are tried again.</summary>
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
