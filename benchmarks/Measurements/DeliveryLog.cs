using System.Net.Http.Json;
using System.Text.Json;
using HealthApi.Benchmarks.Hosts;

namespace HealthApi.Benchmarks.Measurements;

/// <summary>Reads the newest deliveries of a subscription from the service's own log.</summary>
internal sealed class DeliveryLog(Product product, string subscription)
{
    /// <summary>
    /// The waits, in milliseconds and sorted, from the instant at which the processing transaction puts a delivery into the outbox, just
    /// before it commits, until its first attempt begins.
    /// </summary>
    public async Task<double[]> QueuedAsync()
    {
        var page = await product.Client.GetFromJsonAsync<JsonElement>($"/v1/webhooks/{subscription}/deliveries?limit=200");
        var waits = new List<double>();
        foreach (var delivery in page.GetProperty("data").EnumerateArray())
            waits.Add(await WaitAsync(delivery.GetProperty("id").GetString()!));
        return [.. waits.Order()];
    }

    private async Task<double> WaitAsync(string id)
    {
        var delivery = await product.Client.GetFromJsonAsync<JsonElement>("/v1/deliveries/" + id);
        var begun = delivery.GetProperty("attempts")[0].GetProperty("at").GetDateTimeOffset();
        return (begun - delivery.GetProperty("createdAt").GetDateTimeOffset()).TotalMilliseconds;
    }
}
