using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using System.Net;
using HealthApi.Api.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace HealthApi.Api.Server;

/// <summary>
/// What one caller may cost. Section <c>Server</c>. Sizes are fixed, since the contract names them: request line 8 KiB (414), headers 32
/// KiB and 100 of them (431), body 30 MB (413; routes have lower limits of their own).
/// </summary>
internal sealed class ServerLimits : IValidatableObject
{
    public const string Section = "Server";

    private const int MaxRequestLineBytes = 8 * 1024, MaxHeaderBytes = 32 * 1024, MaxHeaders = 100, MaxBodyBytes = 30_000_000;

    /// <summary>
    /// What the server reads ahead of a connection that nobody reads from: enough for headers, little for thousands of connections.
    /// </summary>
    private const int ReadAheadBytes = 64 * 1024;

    /// <summary>
    /// Descriptors kept for everything but callers: assemblies (two each), databases, webhooks. Without the last of them the runtime cannot
    /// load code that it needs for the first time, and dies.
    /// </summary>
    private const int OwnDescriptors = 512, LeastConnections = 64, LeastOfAddress = 16, AddressesToFill = 4;

    /// <summary>How long the headers of a request may take; 408 after that.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan HeadersTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How slowly a body may come, in bytes per second, once <see cref="BodyGrace"/> is over; 408 below that.</summary>
    [Range(1, 1_000_000_000)]
    public double MinBodyRate { get; set; } = 240;

    /// <summary>Above a second: the server looks once a second.</summary>
    [Range(typeof(TimeSpan), "00:00:01.1", "01:00:00")]
    public TimeSpan BodyGrace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a connection may idle between requests.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Connections at once, or fewer where the process may not open as many files; more are closed unanswered.</summary>
    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>Connections of one address at once, at most a quarter of all; more are closed unanswered. Zero for no such bound.</summary>
    [Range(0, 1_000_000)]
    public int MaxConnectionsPerAddress { get; set; } = 1_000;

    /// <summary>
    /// Addresses or networks, separated by commas, that bring the connections of many callers and are not bounded by their own; those of
    /// <c>Integrations:TrustedProxies</c> too.
    /// </summary>
    public string Proxies { get; set; } = "127.0.0.0/8,::1";

    /// <summary>Settings of the whole process that the framework leaves lenient. Must come before the first request.</summary>
    public static void ConfigureProcess()
    {
        // Proxies end lines with CR LF only; a server that sees more lines than they do can be made to see other requests.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);

        // Without it a body cut off in its last bytes would pass for whole.
        AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

        // A traceparent that is none is ignored, as W3C Trace Context says, instead of becoming the id itself.
        Activity.DefaultIdFormat = ActivityIdFormat.W3C;
        Activity.ForceDefaultIdFormat = true;
    }

    /// <summary>How many connections there may be where so many descriptors may be open; null where that is not known.</summary>
    internal static long Connections(int wanted, long? descriptors) =>
        descriptors is { } most ? Math.Min(wanted, Math.Max(LeastConnections, most - OwnDescriptors)) : wanted;

    /// <summary>How many of so many connections one address may have; zero for all.</summary>
    internal static long OfAddress(int wanted, long connections) =>
        wanted == 0 ? 0 : Math.Min(wanted, Math.Max(LeastOfAddress, connections / AddressesToFill));

    /// <param name="kestrel">The server.</param>
    /// <param name="trustedProxies">Proxies beside <see cref="Proxies"/>.</param>
    public void Apply(KestrelServerOptions kestrel, IEnumerable<string> trustedProxies)
    {
        kestrel.AddServerHeader = false;
        kestrel.RequestHeaderEncodingSelector = DigitsEncoding.For;
        var limits = kestrel.Limits;
        limits.MaxRequestLineSize = MaxRequestLineBytes;
        limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        limits.MaxRequestHeaderCount = MaxHeaders;
        limits.MaxRequestBodySize = MaxBodyBytes;
        limits.MaxRequestBufferSize = ReadAheadBytes;
        var connections = Connections(MaxConnections, Descriptors.Most());
        limits.MaxConcurrentConnections = connections;
        var proxies = Texts(Proxies).Concat(trustedProxies).Select(Networks.TryParse).OfType<IPNetwork>();
        var gate = new ConnectionGate(OfAddress(MaxConnectionsPerAddress, connections), [.. proxies]);
        kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Use(next => connection => gate.ServeAsync(connection, next)));
        limits.RequestHeadersTimeout = HeadersTimeout;
        limits.KeepAliveTimeout = KeepAlive;
        limits.MinRequestBodyDataRate = new MinDataRate(MinBodyRate, BodyGrace);
    }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Texts(Proxies).Where(proxy => Networks.TryParse(proxy) is null)
        .Select(proxy => new ValidationResult($"Server:Proxies '{proxy}' is not {Networks.Form}."));

    private static string[] Texts(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
