using System.Net.Http.Headers;
using Dapper;
using HealthApi.Api.Serialization;
using HealthApi.Core.Primitives;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Lanes;
using HealthApi.Infrastructure.Webhooks.Outbox;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace HealthApi.Api.Commands.Demo;

/// <summary>Runs the real service on a simulated clock and posts to it over HTTP, day by day.</summary>
internal sealed class DemoPlay : IAsyncDisposable
{
    private const int MaxEvents = 5_000;

    private const string Unsettled = """
        SELECT (SELECT COUNT(*) FROM account_states WHERE due_at <= @Now) + (SELECT COUNT(*) FROM webhook_deliveries
            WHERE status = 'pending')
        """;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(5);

    private readonly WebApplication _app;
    private readonly SimulatedClock _clock;

    private DemoPlay(WebApplication app, SimulatedClock clock, string key)
    {
        (_app, _clock) = (app, clock);
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    public HttpClient Client { get; }

    public IDatabase Database => _app.Services.GetRequiredService<IDatabase>();

    public static async Task<DemoPlay> StartAsync(
        CommandContext context, string folder, SimulatedClock clock, CancellationToken cancellation)
    {
        var key = Infrastructure.Security.ApiKeySecret.Create();
        string[] settings =
        [
            "--urls", "http://127.0.0.1:0", "--Auth:AdminKey", key, "--Webhooks:AllowPrivateNetworks", "true",
            "--Storage:ConnectionString", $"Data Source={Path.Combine(folder, "health.db")}",
        ];
        var app = ServiceHost.Build([.. context.Settings, .. settings], builder =>
        {
            builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock));
            context.Adjust?.Invoke(builder);
        });
        await app.Services.GetRequiredService<IDatabase>().MigrateAsync(cancellation);
        await app.StartAsync(cancellation);
        return new DemoPlay(app, clock, key);
    }

    /// <summary>Posts events and waits until they are processed and their webhooks are sent.</summary>
    public async Task PostAsync(IReadOnlyList<object> events, CancellationToken cancellation)
    {
        foreach (var chunk in events.Chunk(MaxEvents)) await PostAsync("/v1/events", chunk, cancellation);
        await SettleAsync(cancellation);
    }

    public async Task<System.Text.Json.JsonElement> PostAsync(string path, object body, CancellationToken cancellation)
    {
        using var response = await Client.PostAsJsonAsync(path, body, Json.Answers, cancellation);
        if (!response.IsSuccessStatusCode)
        {
            throw new CommandFailure(
                $"{path} answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellation)}");
        }

        return await response.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>(cancellation);
    }

    /// <summary>Waits until no event is queued, no account is due and no delivery is pending.</summary>
    public async Task SettleAsync(CancellationToken cancellation)
    {
        var lanes = _app.Services.GetRequiredService<ILaneTable>();
        while ((await lanes.BacklogAsync(cancellation)).Events > 0) await Task.Delay(PollInterval, cancellation);
        var now = new { Now = _clock.GetUtcNow().ToMicroseconds() };
        while (await Database.ReadAsync(connection => connection.ExecuteScalarAsync<long>(Unsettled, now), cancellation) > 0)
        {
            // A loop that went to sleep after the clock had jumped would not wake, because the clock does not move until the service has
            // settled.
            _app.Services.GetRequiredService<EvaluationSignal>().Set();
            _app.Services.GetRequiredService<OutboxSignal>().Set();
            await Task.Delay(PollInterval, cancellation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
