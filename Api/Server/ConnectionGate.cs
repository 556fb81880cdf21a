using System.Collections.Concurrent;
using System.Net;
using HealthApi.Api.Http;
using Microsoft.AspNetCore.Connections;

namespace HealthApi.Api.Server;

/// <summary>
/// Closes the connections of an address beyond its limit without an answer. Proxies are not counted, because they carry the connections of
/// many callers. All addresses of an IPv6 /64 network count as one, because one caller can use all of them.
/// </summary>
/// <param name="most">The limit of connections per address; zero for none.</param>
/// <param name="proxies">Networks whose connections are not counted.</param>
internal sealed class ConnectionGate(long most, IReadOnlyList<IPNetwork> proxies)
{
    private readonly ConcurrentDictionary<IPAddress, int> _open = new();

    /// <summary>Serves the connection, or closes it.</summary>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (most == 0 || (connection.RemoteEndPoint as IPEndPoint)?.Address is not { } address || Caller(address) is not { } caller)
        {
            await next(connection);
            return;
        }

        try
        {
            if (_open.AddOrUpdate(caller, 1, static (_, open) => open + 1) <= most) await next(connection);
            else connection.Abort();
        }
        finally
        {
            // Removes an address without open connections.
            if (_open.AddOrUpdate(caller, 0, static (_, open) => open - 1) == 0)
                _open.TryRemove(new KeyValuePair<IPAddress, int>(caller, 0));
        }
    }

    /// <summary>The address that identifies the caller; null for a proxy.</summary>
    internal IPAddress? Caller(IPAddress address)
    {
        var plain = Networks.Plain(address);
        return proxies.Any(proxy => proxy.Contains(plain)) ? null : Networks.CallerOf(plain);
    }
}
