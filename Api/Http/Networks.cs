using System.Net;
using System.Net.Sockets;

namespace HealthApi.Api.Http;

/// <summary>Parses the networks of settings and normalizes the addresses of callers.</summary>
internal static class Networks
{
    /// <summary>The form of a network in a setting, worded to follow "is not".</summary>
    public const string Form = "an address or a network, such as 10.0.0.1 or 10.0.0.0/8";

    private const int NetworkBytes = 8;

    /// <summary>Parses a network (<c>10.0.0.0/8</c>) or a single address; null if the text is neither.</summary>
    public static IPNetwork? TryParse(string text) =>
        IPNetwork.TryParse(text.Contains('/') ? text : text + (text.Contains(':') ? "/128" : "/32"), out var network) ? network : null;

    /// <summary>The address, with an IPv4-mapped IPv6 address as IPv4: a socket that serves both gives the mapped form.</summary>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <summary>
    /// The address that identifies a caller: an IPv4 address, or the /64 network of an IPv6 address, because one caller can use all
    /// addresses of such a network.
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
