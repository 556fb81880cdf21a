using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Infrastructure.Database;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace HealthApi.Api.Tests.Support.Http;

/// <summary>
/// The real service on a free port, in this process. <see cref="Client"/> sends the admin key. Webhooks may go to private networks, because
/// the tests' receivers listen on loopback; pass <c>Webhooks:AllowPrivateNetworks=false</c> to forbid it.
/// </summary>
internal sealed class TestService : IAsyncDisposable
{
    public const string AdminKey = "hk_the-admin-key-of-the-tests";

    private readonly WebApplication _app;
    private readonly TestStore? _ownStore;

    private TestService(WebApplication app, TestStore? ownStore)
    {
        (_app, _ownStore) = (app, ownStore);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Client = new HttpClient { BaseAddress = new Uri(address) };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AdminKey);
    }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public IDatabase Database => Services.GetRequiredService<IDatabase>();

    /// <summary>Starts the service.</summary>
    /// <param name="settings">Settings that override those of the tests, for example <c>"Roles=api"</c>.</param>
    /// <param name="clock">The service's clock; null is the system clock.</param>
    /// <param name="folder">The folder of its SQLite file.</param>
    /// <param name="adjust">Replaces registered services before the service is built.</param>
    /// <param name="store">Its store; without store and folder, SQLite in a folder that is deleted with the service.</param>
    public static Task<TestService> StartAsync(
        IEnumerable<string>? settings = null, TimeProvider? clock = null, TempFolder? folder = null,
            Action<WebApplicationBuilder>? adjust = null, TestStore? store = null) =>
        StartAsync(StoreKind.Sqlite, settings, clock, adjust, folder is null ? store : TestStore.In(folder));

    /// <summary>Starts the service on a kind of store; without <paramref name="store"/> on one that is deleted with the service.</summary>
    public static async Task<TestService> StartAsync(
        StoreKind kind, IEnumerable<string>? settings = null, TimeProvider? clock = null, Action<WebApplicationBuilder>? adjust = null,
            TestStore? store = null)
    {
        var own = store is null ? TestStore.Create(kind) : null;
        var app = ServiceHost.Build(Arguments((store ?? own)!, settings), builder =>
        {
            builder.Logging.ClearProviders();
            if (clock is not null) builder.Services.Replace(ServiceDescriptor.Singleton(clock));
            adjust?.Invoke(builder);
        });
        await app.Services.GetRequiredService<IDatabase>().MigrateAsync(CancellationToken.None);
        await app.StartAsync();
        return new TestService(app, own);
    }

    /// <summary>Sends a request and returns the JSON of a 2xx answer.</summary>
    /// <exception cref="HttpRequestException">The status is not 2xx; the message contains the answer.</exception>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode) throw new HttpRequestException($"{method} {path} → {(int)response.StatusCode}: {text}");
        return text.Length == 0 ? default : JsonElement.Parse(text);
    }

    public Task<JsonElement> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<JsonElement> PostAsync(string path, object? body = null) => SendAsync(HttpMethod.Post, path, body);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _ownStore?.Dispose();
    }

    private static string[] Arguments(TestStore store, IEnumerable<string>? settings) =>
    [
        "--Urls=http://127.0.0.1:0",
        $"--Auth:AdminKey={AdminKey}",
        "--Webhooks:AllowPrivateNetworks=true",
        .. store.Settings.Concat(settings ?? []).Select(setting => "--" + setting),
    ];
}
