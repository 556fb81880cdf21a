using Microsoft.AspNetCore.Http;
using StandardWebhooks;
using StandardWebhooks.Diagnostics;

namespace HealthApi.Api.Tests.Support.Http;

/// <summary>
/// Verifies signatures with the package <c>StandardWebhooks</c>, as docs/webhooks.md describes. The package checks only the first signature
/// of the header, so each signature is passed to it separately.
/// </summary>
internal static class StockVerifier
{
    public static bool Verifies(string secret, ReceivedWebhook received) =>
        received["webhook-signature"]!.Split(' ').Any(signature => Verifies(new StandardWebhook(secret), received, signature));

    private static bool Verifies(StandardWebhook webhook, ReceivedWebhook received, string signature)
    {
        var headers = new HeaderDictionary();
        foreach (var (name, value) in received.Headers) headers[name] = value;
        headers["webhook-signature"] = signature;
        try
        {
            webhook.Verify(received.Text, headers);
            return true;
        }
        catch (WebhookVerificationException)
        {
            return false;
        }
    }
}
