using System.ComponentModel.DataAnnotations;
using System.Net;
using HealthApi.Api.Http;
using Microsoft.Extensions.Options;

namespace HealthApi.Api.Integrations;

/// <summary>The public URL of the service and the proxies in front of it. Section <c>Integrations</c>.</summary>
internal sealed class IntegrationOptions : IValidatableObject
{
    public const string Section = "Integrations";

    /// <summary>
    /// Scheme and host, such as <c>https://health.example.com</c>, with a path if the service is mounted under one. HubSpot signs the URL
    /// that it calls.
    /// </summary>
    public string? PublicUrl { get; set; }

    /// <summary>
    /// Addresses or networks (<c>10.0.0.0/8</c>) whose <c>X-Forwarded-Proto</c> and <c>X-Forwarded-Host</c> are trusted if <see
    /// cref="PublicUrl"/> is not set.
    /// </summary>
    public IList<string> TrustedProxies { get; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (PublicUrl is { Length: > 0 } url
            && !(Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "https" or "http"))
            yield return new ValidationResult($"Integrations:PublicUrl '{url}' is not an absolute http or https URL.");
        foreach (var proxy in TrustedProxies.Where(proxy => Networks.TryParse(proxy) is null))
            yield return new ValidationResult($"Integrations:TrustedProxies '{proxy}' is not {Networks.Form}.");
    }
}

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
