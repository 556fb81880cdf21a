using System.Net;

namespace HealthApi.Api.Http;

/// <summary>Networks as settings name them.</summary>
internal static class Networks
{
    /// <summary>A network (<c>10.0.0.0/8</c>), or a single address.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static IPNetwork Parse(string text) => IPNetwork.Parse(text.Contains('/') ? text : text + (text.Contains(':') ? "/128" : "/32"));
}
