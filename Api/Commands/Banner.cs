using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Hosting;
using HealthApi.Infrastructure.Lanes;
using Microsoft.Extensions.Options;

namespace HealthApi.Api.Commands;

/// <summary>The text that <c>serve</c> prints once it listens.</summary>
internal static class Banner
{
    /// <param name="newKey">The admin key that was just created and is shown only this once; null if there already is a key.</param>
    public static void Write(TextWriter output, WebApplication app, string? newKey)
    {
        var services = app.Services;
        var roles = services.GetRequiredService<Roles>();
        var messaging = services.GetRequiredService<IOptions<MessagingOptions>>().Value;
        output.WriteLine($"HealthApi {Version} listens on {string.Join(", ", app.Urls)}");
        var storage = services.GetRequiredService<IOptions<StorageOptions>>().Value;
        output.WriteLine($"  data       {services.GetRequiredService<IDatabase>().Location} ({storage.Provider})");
        if (storage.IsUnencrypted())
            output.WriteLine("  warning    the connection to SQL Server is not encrypted (Storage:AllowUnencrypted)");
        output.WriteLine($"  transport  {messaging.Transport}, {messaging.Partitions} lanes");
        output.WriteLine($"  roles      {string.Join(", ", Names(roles))}");
        if (newKey is not null) output.WriteLine($"  admin key  {newKey}   (shown only now: store it)");
        if (roles.Api) WriteNextSteps(output, ListenUrls.ForCallers(app.Urls.First()), newKey ?? "$HEALTHAPI_KEY");
        output.Flush();
    }

    private static string Version => typeof(Banner).Assembly.GetName().Version!.ToString(3);

    private static IEnumerable<string> Names(Roles roles)
    {
        if (roles.Api) yield return "api";
        if (roles.Worker) yield return "worker";
    }

    private static void WriteNextSteps(TextWriter output, string url, string key)
    {
        const string Event = """{"id":"try-1","type":"usage.login","accountId":"acme","data":{"userId":"ann"}}""";
        var hint = key[0] == '$' ? " (set HEALTHAPI_KEY to one of your keys; keys create makes one)" : "";
        output.WriteLine($"""

            Try: post an event, then read the account's health{hint}
              curl -sS -H "Authorization: Bearer {key}" -H "Content-Type: application/json" {url}/v1/events -d '{Event}'; sleep 1
              curl -sS -H "Authorization: Bearer {key}" {url}/v1/accounts/acme/health
            More: {url}/swagger, and --help for the commands. Ctrl+C stops it.
            """);
    }
}
