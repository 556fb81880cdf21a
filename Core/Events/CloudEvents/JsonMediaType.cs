namespace HealthApi.Core.Events.CloudEvents;

/// <summary>
/// Recognises media types whose content is JSON: <c>application/json</c>, <c>text/json</c>, and any with the suffix <c>+json</c>
/// (CloudEvents 1.0.2, JSON format §3.1).
/// </summary>
public static class JsonMediaType
{
    private const string Suffix = "+json";

    /// <summary>Whether the content of a media type is JSON. Parameters are ignored.</summary>
    public static bool Is(string contentType)
    {
        ArgumentNullException.ThrowIfNull(contentType);
        var type = contentType.Split(';')[0].Trim();
        return type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || type.Equals("text/json", StringComparison.OrdinalIgnoreCase)
            || (type.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase)
                && type.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash && slash < type.Length - Suffix.Length - 1);
    }
}
