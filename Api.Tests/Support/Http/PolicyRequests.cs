using System.Net;
using System.Text.Json;

namespace HealthApi.Api.Tests.Support.Http;

/// <summary>Puts and activates policy documents (written with single instead of double quotes), and waits for the resulting jobs.</summary>
internal static class PolicyRequests
{
    /// <summary>A model that scores the days with usage in the last 30, so a new account scores low.</summary>
    public const string Strict =
        "{'components':[{'id':'days','weight':1,'measures':[{'signal':'loginDays30','normaliser':{'kind':'linear','from':0,'to':30}}]}],"
        + "'categories':[{'id':'good','bound':70},{'id':'fair','bound':40},{'id':'poor'}]}";

    public static async Task<PolicyAnswer> PutDocumentAsync(
        this TestService service, string path, string document, string? ifMatch = null, string? ifNoneMatch = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = TestRequests.Text(document.Replace('\'', '"')) };
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (ifNoneMatch is not null) request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        using var response = await service.Client.SendAsync(request);
        var link = response.Headers.TryGetValues("Link", out var links) ? links.Single() : null;
        return new PolicyAnswer(
            response.StatusCode, response.Headers.ETag?.Tag, response.Headers.Location?.ToString(), link,
            await response.Content.ReadAsStringAsync());
    }

    /// <summary>Activates a model and waits until every account that it concerns is evaluated by it.</summary>
    public static async Task<JsonElement> ActivateAsync(this TestService service, string model, object activation) =>
        await service.FinishedAsync((await service.PostAsync($"/v1/models/{model}/activate", activation)).GetProperty("id").GetString()!);

    /// <summary>Deactivates a model and waits until every account that it concerned is evaluated by the fallback.</summary>
    public static async Task<JsonElement> DeactivateAsync(this TestService service, string model, object deactivation) =>
        await service.FinishedAsync(
            (await service.PostAsync($"/v1/models/{model}/deactivate", deactivation)).GetProperty("id").GetString()!);

    public static Task<JsonElement> FinishedAsync(this TestService service, string jobId) => Eventually.GetAsync(
        () => service.GetAsync("/v1/jobs/" + jobId), job => job.GetProperty("status").GetString() == "succeeded", $"job {jobId} succeeds");

    /// <summary>The crossings on an account's timeline, oldest first.</summary>
    public static async Task<IReadOnlyList<JsonElement>> CrossingsAsync(this TestService service, string accountId) =>
    [
        .. (await service.GetAsync($"/v1/accounts/{accountId}/timeline?kinds=crossing&limit=200")).GetProperty("data").EnumerateArray()
            .Select(entry => entry.GetProperty("data")).OrderBy(crossing => crossing.GetProperty("sequence").GetInt64()),
    ];

    /// <summary>Makes accounts healthy by the built-in model: each has used its core feature today and paid an invoice.</summary>
    public static async Task HealthyAsync(this TestService service, params string[] accountIds)
    {
        await service.PostAsync(
            "/v1/accounts:batch", new { accounts = accountIds.Select(id => new { id, coreFeatures = new[] { "reports" } }) });
        await service.PostAsync("/v1/events", accountIds.SelectMany(id => new object[]
        {
            new { id = id + "-used", type = "usage.feature_used", accountId = id, data = new { userId = "u", feature = "reports" } },
            new { id = id + "-paid", type = "billing.invoice_paid", accountId = id, data = new { invoiceId = "i1" } },
        }));
        await service.SettledAsync();
        foreach (var id in accountIds)
        {
            await Eventually.GetAsync(
                () => service.GetAsync("/v1/accounts/" + id),
                account => account.GetProperty("health").GetProperty("category").GetString() == "healthy", $"{id} is healthy");
        }
    }
}

internal sealed record PolicyAnswer(HttpStatusCode Status, string? ETag, string? Location, string? Link, string Text)
{
    public JsonElement Json => JsonElement.Parse(Text);

    /// <summary>The id of the job that <c>Link</c> names.</summary>
    public string JobId => Link!.Split('<', '>')[1].Split('/')[^1];

    /// <summary>Each error as <c>code at pointer</c>.</summary>
    public IEnumerable<string> Errors => Json.GetProperty("errors").EnumerateArray()
        .Select(error => $"{error.GetProperty("code").GetString()} at {error.GetProperty("pointer").GetString()}");
}
