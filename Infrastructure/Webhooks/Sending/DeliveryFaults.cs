using System.Net.Sockets;
using HealthApi.Core.Webhooks;

namespace HealthApi.Infrastructure.Webhooks.Sending;

/// <summary>Maps exceptions of the HTTP client to faults.</summary>
internal static class DeliveryFaults
{
    public static DeliveryFault Of(HttpRequestException failure) => failure.HttpRequestError switch
    {
        _ when Inner(failure).Any(inner => inner is AddressRefusedException) => DeliveryFault.AddressRefused,
        HttpRequestError.NameResolutionError => DeliveryFault.Dns,
        HttpRequestError.SecureConnectionError => DeliveryFault.Tls,
        HttpRequestError.ConnectionError or HttpRequestError.ResponseEnded => DeliveryFault.Connection,
        HttpRequestError.Unknown when Inner(failure).Any(inner => inner is IOException or SocketException) => DeliveryFault.Connection,
        _ => DeliveryFault.Protocol,
    };

    /// <summary>The name of the fault in the delivery log, for example <c>address_refused</c>.</summary>
    public static string Word(this DeliveryFault fault) => CrossingMessage.Wire(fault);

    private static IEnumerable<Exception> Inner(Exception failure)
    {
        for (var inner = failure.InnerException; inner is not null; inner = inner.InnerException) yield return inner;
    }
}
