using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace HealthApi.Infrastructure.Webhooks.Sending;

/// <summary>
/// Checks whether a URL can be a receiver's. Addresses are checked again at every connection, since a name can change its addresses.
/// </summary>
public sealed class EndpointUrl(IOptions<WebhookOptions> options, HostResolver resolver, TimeProvider time)
{
    private const int MaxLength = 2_000, FirstUnprivilegedPort = 1_024;

    private static readonly TimeSpan ResolveWithin = TimeSpan.FromSeconds(2);

    // Ports above 1023 that browsers refuse too: a POST to them could be read as another protocol.
    private static readonly HashSet<int> OtherProtocols =
        [1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080, 11211];

    private static readonly string[] LocalNames = ["localhost", "local", "internal", "intranet", "localdomain", "home.arpa", "onion"];

    /// <summary>
    /// Returns what is wrong with the URL, or null. A name that does not resolve now is not an error; it may resolve later.
    /// </summary>
    public async Task<string?> CheckAsync(string url, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(url);
        var allowPrivate = options.Value.AllowPrivateNetworks;
        if (CheckText(url, allowPrivate) is { } mistake) return mistake;
        try
        {
            await resolver.ResolveAsync(Host(new Uri(url)), allowPrivate, cancellation).WaitAsync(ResolveWithin, time, cancellation);
            return null;
        }
        catch (AddressRefusedException refused)
        {
            return refused.Message;
        }
        catch (Exception failure) when (failure is SocketException or TimeoutException)
        {
            return null;
        }
    }

    /// <summary>Like <see cref="CheckAsync"/>, without asking a name server.</summary>
    public static string? CheckText(string url, bool allowPrivate)
    {
        ArgumentNullException.ThrowIfNull(url);
        if (url.Length > MaxLength) return $"A URL has at most {MaxLength} characters.";
        if (url.Any(character => character is <= ' ' or '\u007f' or '\\'))
            return "A URL must not contain spaces, control characters or backslashes.";
        if (!HasScheme(url, "https") && !(allowPrivate && HasScheme(url, "http"))) return "The URL must begin with https://.";
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Host.Length == 0) return "This is not a URL.";
        // Resolvers read full-width digits and ideographic dots as plain ones, but .NET without ICU does not. The host that is checked must
        // be the host that is dialled.
        if (!System.Text.Ascii.IsValid(uri.Host)) return "The host is not in ASCII; write an international name in its xn-- form.";
        if (Authority(url).Contains('@', StringComparison.Ordinal))
            return "A URL with user information is refused; the signature proves the sender.";
        if (uri.Fragment.Length > 0) return "A URL with a fragment is refused: the fragment would not be sent.";
        if (uri.Port is not (80 or 443) && (uri.Port < FirstUnprivilegedPort || OtherProtocols.Contains(uri.Port)))
            return $"Port {uri.Port} is refused.";
        return CheckHost(Host(uri), allowPrivate);
    }

    private static string? CheckHost(string host, bool allowPrivate)
    {
        if (IPAddress.TryParse(host, out var address))
        {
            if (allowPrivate) return PublicAddress.MayBeReceiver(address) ? null : "No receiver can have this address.";
            return PublicAddress.IsPublic(address) ? null : "The address is not public.";
        }

        if (allowPrivate) return null;
        var local = !host.Contains('.', StringComparison.Ordinal)
            || LocalNames.Any(
                name => host.Equals(name, StringComparison.OrdinalIgnoreCase)
                || host.EndsWith("." + name, StringComparison.OrdinalIgnoreCase));
        return local ? "The host is the name of a private network." : null;
    }

    private static bool HasScheme(string url, string scheme) => url.StartsWith(scheme + "://", StringComparison.OrdinalIgnoreCase);

    // A trailing dot does not change the host.
    private static string Host(Uri uri) => uri.IdnHost.TrimEnd('.');

    private static string Authority(string url)
    {
        var rest = url[(url.IndexOf("://", StringComparison.Ordinal) + 3)..];
        var end = rest.IndexOfAny(['/', '?', '#']);
        return end < 0 ? rest : rest[..end];
    }
}
