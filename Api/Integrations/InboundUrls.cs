using System.Net;
using HealthApi.Api.Http;
using Microsoft.Extensions.Options;

namespace HealthApi.Api.Integrations;

/// <summary>Finds the URL that a sender called, also behind proxies.</summary>
internal sealed class InboundUrls
{
    private readonly string? _publicUrl;
    private readonly IPNetwork[] _trusted;

    public InboundUrls(IOptions<IntegrationOptions> options)
    {
        _publicUrl = options.Value.PublicUrl?.TrimEnd('/') is { Length: > 0 } url ? url : null;
        _trusted = [.. options.Value.TrustedProxies.Select(Networks.TryParse).OfType<IPNetwork>()];
    }

    public string Of(HttpRequest request)
    {
        var target = request.Path.ToUriComponent() + request.QueryString.ToUriComponent();
        return (_publicUrl ?? Origin(request)) + target;
    }

    private string Origin(HttpRequest request)
    {
        var isTrusted = request.HttpContext.Connection.RemoteIpAddress is { } address && IsTrusted(address);
        var scheme = isTrusted ? First(request, "X-Forwarded-Proto") : null;
        var host = isTrusted ? First(request, "X-Forwarded-Host") : null;
        return $"{scheme ?? request.Scheme}://{host ?? request.Host.ToUriComponent()}";
    }

    private bool IsTrusted(IPAddress address)
    {
        var plain = Networks.Plain(address);
        return _trusted.Any(network => network.Contains(plain));
    }

    private static string? First(HttpRequest request, string header) =>
        request.Headers[header].ToString().Split(',')[0].Trim() is { Length: > 0 } value ? value : null;
}
