using System.Collections.Concurrent;
using System.Net;
using HealthApi.Api.Http;
using Microsoft.AspNetCore.Connections;

namespace HealthApi.Api.Server;

/// <summary>
/// Closes, unanswered, the connections of an address beyond its number. Proxies bring the connections of many callers and are not counted.
/// IPv6 callers have a whole network each, so addresses of one /64 count as one.
/// </summary>
/// <param name="most">Connections of one address; zero for any number.</param>
/// <param name="proxies">Networks that are not counted.</param>
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
            // An address nobody comes from is not kept.
            if (_open.AddOrUpdate(caller, 0, static (_, open) => open - 1) == 0)
                _open.TryRemove(new KeyValuePair<IPAddress, int>(caller, 0));
        }
    }

    /// <summary>What counts as one caller; null for a proxy.</summary>
    internal IPAddress? Caller(IPAddress address)
    {
        var plain = Networks.Plain(address);
        return proxies.Any(proxy => proxy.Contains(plain)) ? null : Networks.CallerOf(plain);
    }
}
