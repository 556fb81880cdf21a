using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using System.Net;
using HealthApi.Api.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace HealthApi.Api.Server;

/// <summary>
/// The limits of connections and requests. Section <c>Server</c>. Sizes are fixed, because the contract names them: request line 8 KiB
/// (414), headers 32 KiB and 100 of them (431), body 30 MB (413; routes have lower limits).
/// </summary>
internal sealed class ServerLimits : IValidatableObject
{
    public const string Section = "Server";

    private const int MaxRequestLineBytes = 8 * 1024, MaxHeaderBytes = 32 * 1024, MaxHeaders = 100, MaxBodyBytes = 30_000_000;

    /// <summary>
    /// How many bytes the server buffers of a connection whose data is not read: enough for headers, and little for thousands of
    /// connections.
    /// </summary>
    private const int ReadAheadBytes = 64 * 1024;

    /// <summary>
    /// Descriptors reserved for everything but callers: assemblies (two each), databases, webhooks. Without a free descriptor the runtime
    /// cannot load an assembly that it needs for the first time, and the process crashes.
    /// </summary>
    private const int OwnDescriptors = 512, LeastConnections = 64, LeastOfAddress = 16, AddressesToFill = 4;

    /// <summary>How long the headers of a request may take; 408 after that.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan HeadersTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The slowest rate of a body, in bytes per second, after <see cref="BodyGrace"/>; 408 below it.</summary>
    [Range(1, 1_000_000_000)]
    public double MinBodyRate { get; set; } = 240;

    /// <summary>
    /// How long a body may arrive more slowly than <see cref="MinBodyRate"/>. More than a second, because the server checks the rate once a
    /// second.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01.1", "01:00:00")]
    public TimeSpan BodyGrace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a connection may be idle between requests.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Connections at once, fewer if the process may not open as many files. Further ones are closed without an answer.</summary>
    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>
    /// Connections of one address at once, at most a quarter of all. Further ones are closed without an answer. Zero for no such limit.
    /// </summary>
    [Range(0, 1_000_000)]
    public int MaxConnectionsPerAddress { get; set; } = 1_000;

    /// <summary>
    /// Addresses or networks of proxies, separated by commas. Like those of <c>Integrations:TrustedProxies</c>, they carry the connections
    /// of many callers and are not limited per address.
    /// </summary>
    public string Proxies { get; set; } = "127.0.0.0/8,::1";

    /// <summary>Makes process-wide defaults of the framework stricter. Must be called before the first request.</summary>
    public static void ConfigureProcess()
    {
        // Proxies end lines only with CR LF. A server that also accepts LF would see other lines, and an attacker could smuggle requests.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);

        // Without it a body that lacks its last bytes would be accepted as complete.
        AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

        // A malformed traceparent is ignored, as W3C Trace Context demands, instead of becoming the trace id.
        Activity.DefaultIdFormat = ActivityIdFormat.W3C;
        Activity.ForceDefaultIdFormat = true;
    }

    /// <summary>The limit of all connections.</summary>
    internal static long Connections(int wanted, long? descriptors) =>
        descriptors is { } most ? Math.Min(wanted, Math.Max(LeastConnections, most - OwnDescriptors)) : wanted;

    /// <summary>The limit of connections per address; zero for none.</summary>
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
