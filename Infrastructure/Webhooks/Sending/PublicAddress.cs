using System.Net;
using System.Net.Sockets;

namespace HealthApi.Infrastructure.Webhooks.Sending;

/// <summary>
/// Decides which addresses lie in the public internet: for IPv4 all except the reserved ranges (IANA special-purpose registry), for IPv6
/// only global unicast without the ranges reserved in it. An IPv4 address inside an IPv6 one (mapped, NAT64) counts as that IPv4 address.
/// </summary>
public static class PublicAddress
{
    private static readonly IPNetwork[] Reserved4 =
    [
        IPNetwork.Parse("0.0.0.0/8"), // this network; Linux dials loopback
        IPNetwork.Parse("10.0.0.0/8"), // private
        IPNetwork.Parse("100.64.0.0/10"), // carrier-grade NAT; some clouds' metadata
        IPNetwork.Parse("127.0.0.0/8"), // loopback
        IPNetwork.Parse("168.63.129.16/32"), // a cloud's host agent, public by its number only
        IPNetwork.Parse("169.254.0.0/16"), // link-local; clouds' metadata
        IPNetwork.Parse("172.16.0.0/12"), // private
        IPNetwork.Parse("192.0.0.0/24"), // protocol assignments
        IPNetwork.Parse("192.0.2.0/24"), // documentation
        IPNetwork.Parse("192.88.99.0/24"), // 6to4 relays
        IPNetwork.Parse("192.168.0.0/16"), // private
        IPNetwork.Parse("198.18.0.0/15"), // benchmarking
        IPNetwork.Parse("198.51.100.0/24"), // documentation
        IPNetwork.Parse("203.0.113.0/24"), // documentation
        IPNetwork.Parse("224.0.0.0/4"), // multicast
        IPNetwork.Parse("240.0.0.0/4"), // reserved, broadcast
    ];

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] Reserved6 =
    [
        IPNetwork.Parse("2001::/23"), // protocol assignments, Teredo, ORCHID, benchmarking
        IPNetwork.Parse("2001:db8::/32"), // documentation
        IPNetwork.Parse("2002::/16"), // 6to4: any IPv4 address can be inside
        IPNetwork.Parse("3fff::/20"), // documentation
    ];

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96"), SixToFour = IPNetwork.Parse("2002::/16");

    /// <summary>Addresses that no receiver has, not even on a private network.</summary>
    private static readonly IPNetwork[] Never4 =
    [
        IPNetwork.Parse("0.0.0.0/8"), // unspecified
        IPNetwork.Parse("100.100.100.200/32"), // a cloud's metadata among carrier-grade NAT
        IPNetwork.Parse("168.63.129.16/32"), // a cloud's host agent
        IPNetwork.Parse("169.254.0.0/16"), // link-local; clouds' metadata
        IPNetwork.Parse("192.0.0.192/32"), // a cloud's metadata among protocol assignments
        IPNetwork.Parse("224.0.0.0/4"), // multicast
        IPNetwork.Parse("240.0.0.0/4"), // reserved, broadcast
    ];

    private static readonly IPNetwork[] Never6 =
    [
        IPNetwork.Parse("::/128"), // unspecified
        IPNetwork.Parse("64:ff9b:1::/48"), // local NAT64: an IPv4 address at a place that only its network knows
        IPNetwork.Parse("2001::/32"), // Teredo: any IPv4 address can be inside
        IPNetwork.Parse("fd00:ec2::/32"), // a cloud's metadata and related services
        IPNetwork.Parse("fd20:ce::254/128"), // a cloud's metadata
        IPNetwork.Parse("fe80::/10"), // link-local
        IPNetwork.Parse("ff00::/8"), // multicast
    ];

    /// <summary>
    /// Ranges of IPv6 addresses that end with an IPv4 address: compatible, translated and NAT64. Mapped addresses need no range.
    /// </summary>
    private static readonly IPNetwork[] CarryAtEnd = [IPNetwork.Parse("::/96"), IPNetwork.Parse("::ffff:0:0:0/96"), Nat64];

    public static bool IsPublic(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (Inner4(address) is { } inner) return !Reserved4.Any(network => network.Contains(inner));
        return GlobalUnicast.Contains(address) && !Reserved6.Any(network => network.Contains(address));
    }

    /// <summary>
    /// Whether a receiver can have the address where private networks are allowed: loopback and private ranges, but never link-local
    /// addresses, where clouds serve credentials, nor unspecified, multicast and broadcast ones. An IPv4 address inside an IPv6 address is
    /// checked as the IPv4 address.
    /// </summary>
    public static bool MayBeReceiver(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.AddressFamily == AddressFamily.InterNetwork) return !Never4.Any(network => network.Contains(address));
        // The zone of a link-local address is not compared.
        var bytes = address.GetAddressBytes();
        var plain = new IPAddress(bytes);
        return IPAddress.IPv6Loopback.Equals(plain)
            || (!Never6.Any(network => network.Contains(plain)) && Carried4(plain, bytes).All(MayBeReceiver));
    }

    /// <summary>The IPv4 addresses that a gateway or a network stack could read in an IPv6 address (RFC 4291, 6052, 3056).</summary>
    private static IEnumerable<IPAddress> Carried4(IPAddress address, byte[] bytes)
    {
        if (address.IsIPv4MappedToIPv6 || CarryAtEnd.Any(network => network.Contains(address)))
            yield return new IPAddress(bytes.AsSpan(12));
        if (SixToFour.Contains(address)) yield return new IPAddress(bytes.AsSpan(2, 4));
    }

    private static IPAddress? Inner4(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork) return address;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        return Nat64.Contains(address) ? new IPAddress(address.GetAddressBytes().AsSpan(12)) : null;
    }
}
