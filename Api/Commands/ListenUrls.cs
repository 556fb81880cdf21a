using System.Net;
using System.Net.Sockets;
using HealthApi.Infrastructure.Settings;

namespace HealthApi.Api.Commands;

/// <summary>
/// Chooses the addresses on which the service listens: those that are configured, otherwise <c>http://localhost:8080</c>.
/// </summary>
internal static class ListenUrls
{
    public const string Default = "http://localhost:8080";

    private static readonly string[] AnyHost = ["*", "+", "0.0.0.0", "[::]", "::"];

    /// <summary>
    /// Sets the default if no address is configured. Returns the addresses, separated by semicolons; empty if they are configured as ports
    /// or as Kestrel endpoints.
    /// </summary>
    public static string Choose(WebApplication app)
    {
        var configuration = app.Configuration;
        if (configuration["urls"] is { Length: > 0 } urls) return urls;
        if (configuration["http_ports"] is { Length: > 0 } || configuration["https_ports"] is { Length: > 0 }
            || configuration.GetSection("Kestrel:Endpoints").Exists())
        {
            return "";
        }

        app.Urls.Add(Default);
        return Default;
    }

    /// <summary>Checks that the ports are free. Without this check the server would report a taken port with a stack trace.</summary>
    /// <exception cref="SettingException">An address is not valid, or asks for any free port on <c>localhost</c>.</exception>
    /// <exception cref="CommandFailure">A port is taken.</exception>
    public static void CheckFree(string urls)
    {
        foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var address = Parse(url);
            if (address is { Port: 0, Host: "localhost" })
                throw new SettingException($"Port 0 (any free port) needs an address: {address.Scheme}://127.0.0.1:0.");
            if (address.IsUnixPipe || address.IsNamedPipe || address.Port == 0) continue;
            foreach (var endpoint in Endpoints(address)) TryBind(endpoint, url);
        }
    }

    public static CommandFailure Taken(string url, Exception cause) =>
        new($"Cannot listen on {url}: the port is taken. Choose another with --urls, such as --urls http://localhost:8081.", cause);

    /// <summary>The address as a caller on this machine can use it.</summary>
    public static string ForCallers(string url)
    {
        var address = BindingAddress.Parse(url);
        return AnyHost.Contains(address.Host) ? $"{address.Scheme}://localhost:{address.Port}" : url.TrimEnd('/');
    }

    private static BindingAddress Parse(string url)
    {
        try
        {
            return BindingAddress.Parse(url);
        }
        catch (FormatException malformed)
        {
            throw new SettingException($"Urls '{url}' is not an address to listen on, such as {Default}.", malformed);
        }
    }

    private static IEnumerable<IPEndPoint> Endpoints(BindingAddress address)
    {
        if (IPAddress.TryParse(address.Host.Trim('[', ']'), out var exact)) return [new IPEndPoint(exact, address.Port)];
        return address.Host == "localhost" ? [new IPEndPoint(IPAddress.Loopback, address.Port)]
            : [new IPEndPoint(IPAddress.Any, address.Port)];
    }

    private static void TryBind(IPEndPoint endpoint, string url)
    {
        try
        {
            using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(endpoint);
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw Taken(url, failure);
        }
        catch (SocketException)
        {
            // The server reports any other obstacle with a better message.
        }
    }
}
