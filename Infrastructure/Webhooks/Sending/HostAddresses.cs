using System.Net;

namespace HealthApi.Infrastructure.Webhooks.Sending;

/// <summary>Resolves a host name to its addresses.</summary>
/// <exception cref="System.Net.Sockets.SocketException">The name does not resolve.</exception>
public delegate Task<IPAddress[]> HostResolver(string host, CancellationToken cancellation);

/// <summary>Resolves a host once, to addresses that may be dialled.</summary>
internal static class HostAddresses
{
    /// <summary>All addresses of the host, if every one of them may be dialled.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The name does not resolve.</exception>
    /// <exception cref="AddressRefusedException">An address is not public where private ones are not allowed, or is one that no receiver
    /// can have.</exception>
    public static async Task<IPAddress[]> ResolveAsync(
        this HostResolver resolver, string host, bool allowPrivate, CancellationToken cancellation)
    {
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await resolver(host, cancellation);
        if (!Array.TrueForAll(addresses, allowPrivate ? PublicAddress.MayBeReceiver : PublicAddress.IsPublic))
            throw new AddressRefusedException();
        return addresses;
    }
}

/// <summary>
/// The host resolves to an address that is not public. The message names no address, so that it cannot be used to map a private network.
/// </summary>
internal sealed class AddressRefusedException() : Exception("The host resolves to an address that is not public.");
