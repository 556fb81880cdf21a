using System.CommandLine;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Api.Commands;

/// <summary><c>migrate</c>: brings the schema up to date and ends; for operators who do this before they start the processes.</summary>
internal static class MigrateCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new Command("migrate", "Create the store, or bring its schema up to date, and end.");
        command.SetAction((_, cancellation) => RunAsync(context, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        await using var app = context.Build();
        await app.Services.GetRequiredService<IDatabase>().MigrateAsync(cancellation);
        await context.Out.WriteLineAsync($"The schema is up to date: {app.Services.GetRequiredService<IDatabase>().Location}");
        return ExitCode.Done;
    }
}
