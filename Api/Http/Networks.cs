using System.Net;
using System.Net.Sockets;

namespace HealthApi.Api.Http;

/// <summary>Networks as settings name them, and what addresses have to do with callers.</summary>
internal static class Networks
{
    /// <summary>How a setting writes them, to follow "is not".</summary>
    public const string Form = "an address or a network, such as 10.0.0.1 or 10.0.0.0/8";

    private const int NetworkBytes = 8;

    /// <summary>A network (<c>10.0.0.0/8</c>), or a single address; null where it is neither.</summary>
    public static IPNetwork? TryParse(string text) =>
        IPNetwork.TryParse(text.Contains('/') ? text : text + (text.Contains(':') ? "/128" : "/32"), out var network) ? network : null;

    /// <summary>The address itself: one of IPv4 comes in the form of IPv6 where a socket serves both.</summary>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <summary>
    /// What counts as one caller: an address of IPv4, or the network of 64 bits of an IPv6 one, since every caller has all of it.
    /// </summary>
    public static IPAddress CallerOf(IPAddress address)
    {
        var plain = Plain(address);
        if (plain.AddressFamily != AddressFamily.InterNetworkV6) return plain;
        var network = plain.GetAddressBytes();
        network.AsSpan(NetworkBytes).Clear();
        return new IPAddress(network);
    }
}
