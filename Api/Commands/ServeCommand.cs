using System.CommandLine;
using HealthApi.Api.Security;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Hosting;
using HealthApi.Infrastructure.Lanes;
using HealthApi.Infrastructure.Secrets;
using HealthApi.Infrastructure.Security;
using Microsoft.Extensions.Options;

namespace HealthApi.Api.Commands;

/// <summary><c>serve</c>, the default: migrates the store, starts the roles of this process and prints where it listens.</summary>
internal static class ServeCommand
{
    public const string Name = "serve";

    public static Command Create(CommandContext context)
    {
        var command = new Command(Name, "Run the service until it is stopped (the default).");
        command.SetAction((_, cancellation) => RunAsync(context, cancellation));
        return command;
    }

    public static async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        await using var app = context.Build();
        var url = ListenUrls.Choose(app);
        app.Services.RequireEncryptionKey();
        await app.Services.GetRequiredService<IDatabase>().MigrateAsync(cancellation);
        await app.Services.CheckSecretsAsync(cancellation);
        // Opens the lane table, so that a damaged one fails the start before any request is accepted.
        await app.Services.GetRequiredService<ILaneTable>().BacklogAsync(cancellation);
        try
        {
            await StartAsync(app, url, cancellation);
            Banner.Write(context.Out, app, await FirstKeyAsync(app.Services, cancellation));
            await app.WaitForShutdownAsync(cancellation);
        }
        catch (OperationCanceledException) when (FailedService(app.Services) is not null)
        {
            // A failed background service has stopped the start; it is reported below.
        }

        return FailedService(app.Services) is { } failed ? throw failed : ExitCode.Done;
    }

    /// <summary>
    /// The failure of the background service that has stopped the process, as one line; null if none has. The log has the details.
    /// </summary>
    private static CommandFailure? FailedService(IServiceProvider services) =>
        services.GetServices<IHostedService>().OfType<BackgroundService>()
        .Where(service => service.ExecuteTask is { IsFaulted: true })
        .Select(
            service => new CommandFailure(
                $"{service.GetType().Name} failed and the service has stopped: {service.ExecuteTask!.Exception!.InnerException!.Message}"))
        .FirstOrDefault();

    private static async Task StartAsync(WebApplication app, string url, CancellationToken cancellation)
    {
        try
        {
            ListenUrls.CheckFree(url);
            await app.StartAsync(cancellation);
        }
        catch (IOException failure) when (failure.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            throw ListenUrls.Taken(url, failure);
        }
    }

    /// <summary>
    /// Creates the first admin key, once in a store's life. Null if there is one already, if the configuration sets one, or if this process
    /// does not serve the API.
    /// </summary>
    private static async Task<string?> FirstKeyAsync(IServiceProvider services, CancellationToken cancellation) =>
        services.GetRequiredService<IOptions<AuthOptions>>().Value.AdminKey is { Length: > 0 } || !services.GetRequiredService<Roles>().Api
            ? null
            : await services.GetRequiredService<ApiKeyStore>().CreateFirstAsync(cancellation);
}
