using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using HealthApi.Core.Integrations;

namespace HealthApi.Api.Tests.Support.Http;

/// <summary>Sends payloads to a running service, signed as each vendor signs them.</summary>
internal static class Vendors
{
    public const string Secret = "the-shared-secret-of-the-tests";

    public static async Task<JsonElement> CreateIntegrationAsync(this TestService service, string vendor, object? more = null)
    {
        var body = JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        body["vendor"] = vendor;
        body["secret"] ??= Secret;
        return await service.PostAsync("/v1/integrations", body);
    }

    public static async Task<HttpResponseMessage> DeliverAsync(
        this TestService service, JsonElement integration, string body, DateTimeOffset? at = null, string secret = Secret)
    {
        using var request =
            new HttpRequestMessage(HttpMethod.Post, integration.GetProperty("url").GetString()) { Content = TestRequests.Text(body) };
        Sign(
            request, integration.GetProperty("vendor").GetString()!, body, at ?? DateTimeOffset.UtcNow, secret,
            service.Client.BaseAddress!);
        return await service.Client.SendAsync(request);
    }

    public static async Task<JsonElement> ReceiptAsync(this TestService service, JsonElement integration, string body)
    {
        using var response = await service.DeliverAsync(integration, body);
        if ((int)response.StatusCode != 202)
            throw new HttpRequestException($"{(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        return await response.ReadJsonAsync();
    }

    public static AuthenticationHeaderValue Basic(string user) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(user + ":")));

    /// <summary>Translates a payload to items.</summary>
    public static InboundItem[] Translate(Vendor vendor, string json, InboundContext? context = null) =>
        [.. Translator.Translate(vendor, Encoding.UTF8.GetBytes(json), context ?? new InboundContext(DateTimeOffset.UtcNow))!];

    private static void Sign(HttpRequestMessage request, string vendor, string body, DateTimeOffset at, string secret, Uri server)
    {
        var headers = request.Headers;
        headers.Authorization = null;
        var (seconds, milliseconds) = (at.ToUnixTimeSeconds().ToString(), at.ToUnixTimeMilliseconds().ToString());
        switch (vendor)
        {
            case "stripe": headers.Add("Stripe-Signature", $"t={seconds},v1={Hex(secret, $"{seconds}.{body}")}"); break;
            case "zendesk":
                var time = at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
                headers.Add("X-Zendesk-Webhook-Signature-Timestamp", time);
                headers.Add("X-Zendesk-Webhook-Signature", Base64(secret, time + body));
                break;
            case "hubspot":
                headers.Add("X-HubSpot-Request-Timestamp", milliseconds);
                headers.Add("X-HubSpot-Signature-v3", Base64(secret, $"POST{new Uri(server, request.RequestUri!)}{body}{milliseconds}"));
                break;
            case "delighted": headers.Add("X-Delighted-Webhook-Signature", "sha256=" + Hex(secret, body)); break;
            case "segment": headers.Authorization = Basic(secret); break;
            default: headers.Authorization = new AuthenticationHeaderValue("Bearer", secret); break;
        }
    }

    public static string Hex(string secret, string text) => Convert.ToHexStringLower(Hash(secret, text));

    public static string Base64(string secret, string text) => Convert.ToBase64String(Hash(secret, text));

    private static byte[] Hash(string secret, string text) =>
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text));
}
