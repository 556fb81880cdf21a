using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using HealthApi.Benchmarks.Hosts;

namespace HealthApi.Benchmarks.Faults;

/// <summary>
/// Other systems that post webhooks to the integrations of a scene until they are stopped, each with the secret of its integration.
/// </summary>
internal sealed class IntegrationCallers : IAsyncDisposable
{
    private const int Callers = 4, Accounts = 10;

    private readonly Scene _scene;
    private readonly List<(string Url, string Secret)> _integrations = [];
    private readonly CancellationTokenSource _enough = new();
    private Task _calling = Task.CompletedTask;
    private int _failed, _number;

    private IntegrationCallers(Scene scene) => _scene = scene;

    public int Count => _integrations.Count;

    /// <summary>The number of answers 5xx.</summary>
    public int Failed => _failed;

    public static async Task<IntegrationCallers> StartAsync(Scene scene, int integrations)
    {
        var callers = new IntegrationCallers(scene);
        for (var account = 0; account < Accounts; account++)
        {
            (await scene.Service.Client.PutAsJsonAsync($"/v1/accounts/{Senders.Account(account)}", new { name = "Account" }))
                .EnsureSuccessStatusCode().Dispose();
        }

        for (var integration = 0; integration < integrations; integration++)
            await callers.CreateAsync($"the-shared-secret-of-integration-{integration}");
        callers._calling = Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(callers.CallAsync)));
        return callers;
    }

    public async Task StopAsync()
    {
        await _enough.CancelAsync();
        await _calling;
    }

    /// <summary>Calls every integration once at another process; returns how many calls were accepted.</summary>
    public async Task<int> CountAcceptedAsync(ServedProcess process)
    {
        var accepted = 0;
        foreach (var integration in _integrations)
            if (await PostAsync(process, integration)) accepted++;
        return accepted;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _enough.Dispose();
    }

    private async Task CreateAsync(string secret)
    {
        var mapping = new
        {
            events = new[]
            {
                new
                {
                    id = "{/id}", type = FaultEvent.Login, accountId = new { column = "/account" },
                        occurredAt = new { column = "/at", format = "unixSeconds" },
                    data = new { userId = new { column = "/user" } },
                },
            },
        };
        using var answer = await _scene.Service.Client.PostAsJsonAsync("/v1/integrations", new { vendor = "generic", secret, mapping });
        answer.EnsureSuccessStatusCode();
        var made = await answer.Content.ReadFromJsonAsync<JsonElement>();
        _integrations.Add((made.GetProperty("url").GetString()!, secret));
    }

    private async Task CallAsync()
    {
        while (!_enough.IsCancellationRequested)
        {
            await PostAsync(_scene.Service, _integrations[Random.Shared.Next(_integrations.Count)]);
            await Task.Delay(TimeSpan.FromMilliseconds(5));
        }
    }

    private async Task<bool> PostAsync(ServedProcess process, (string Url, string Secret) integration)
    {
        var number = Interlocked.Increment(ref _number);
        var body = new
        {
            id = $"w{number}",
            account = Senders.Account(number % Accounts),
            at = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
            user = "u1"
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, integration.Url) { Content = JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", integration.Secret);
        using var answer = await process.Client.SendAsync(request);
        if ((int)answer.StatusCode >= 500) Interlocked.Increment(ref _failed);
        if (answer.IsSuccessStatusCode) _scene.Ledger.Acknowledge([body.id]);
        return answer.IsSuccessStatusCode;
    }
}
