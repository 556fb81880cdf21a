using System.ComponentModel.DataAnnotations;
using HealthApi.Api.Http;

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
        {
            yield return new ValidationResult($"Integrations:PublicUrl '{url}' is not an absolute http or https URL.");
        }

        foreach (var proxy in TrustedProxies.Where(proxy => Networks.TryParse(proxy) is null))
            yield return new ValidationResult($"Integrations:TrustedProxies '{proxy}' is not {Networks.Form}.");
    }
}
