using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using HealthApi.Benchmarks.Hosts;
using HealthApi.Benchmarks.Reporting;

namespace HealthApi.Benchmarks.Scale;

/// <summary>
/// Activates a new version of a model, whose job evaluates all accounts, while other events are posted; their lag is what
/// <c>/v1/ingestion/stats</c> states (R16).
/// </summary>
internal sealed class Activation(ScaleBed bed) : IScaleMeasurement
{
    private const string Model = "/v1/models/lifecycle";

    private const int LiveEvents = 20;

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100), AtMost = TimeSpan.FromMinutes(10);

    private readonly List<double> _lags = [];

    public string Group => ScaleGroups.Activation;

    public bool EachRound => false;

    public async Task MeasureAsync(FigureSheet sheet)
    {
        var product = await bed.ProductAsync();
        await StoreVersionAsync(product);
        var clock = Stopwatch.StartNew();
        var job = await product.PostAsync($"{Model}/activate", new { announce = false });
        var done = 0.0;
        while (job.GetProperty("status").GetString() is "queued" or "running" && clock.Elapsed < AtMost)
        {
            await LiveAsync(product);
            job = await product.Client.GetFromJsonAsync<JsonElement>($"/v1/jobs/{job.GetProperty("id").GetString()}");
            done = job.GetProperty("progress").GetDouble();
        }

        sheet.Add(ScaleFigure.Activated, "accounts/s", done * bed.Options.Accounts / clock.Elapsed.TotalSeconds);
        sheet.Add(ScaleFigure.ActivationLag, "s", Statistics.Percentile([.. _lags.Order()], 0.99));
        await bed.Output.WriteLineAsync($"  {job.GetProperty("status").GetString()}, {done:P0} after {clock.Elapsed.TotalSeconds:N0} s");
    }

    /// <summary>Stores the model with another weight of its first component.</summary>
    private static async Task StoreVersionAsync(Product product)
    {
        var model = (await product.Client.GetFromJsonAsync<JsonObject>(Model))!;
        var component = model["components"]![0]!;
        component["weight"] = component["weight"]!.GetValue<double>() * 1.05;
        using var answer = await product.Client.PutAsJsonAsync(Model, model);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Posts a few events of other accounts and reads the lag.</summary>
    private async Task LiveAsync(Product product)
    {
        var now = DateTimeOffset.UtcNow;
        await product.PostAsync("/v1/events", bed.Draw.Uniform(LiveEvents).Select(
            number => new { id = $"live-{now.Ticks}-{number}", type = "usage.login", accountId = AccountDraw.Id(number), source = "live" })
            .DistinctBy(sent => sent.id));
        await Task.Delay(Between);
        var stats = await product.Client.GetFromJsonAsync<JsonElement>("/v1/ingestion/stats");
        _lags.Add(stats.GetProperty("lagSeconds").GetDouble());
    }
}
