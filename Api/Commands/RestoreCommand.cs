using System.CommandLine;
using HealthApi.Infrastructure.Backups;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Secrets;

namespace HealthApi.Api.Commands;

/// <summary><c>restore FILE</c>: puts the files of a backup where the service expects them.</summary>
internal static class RestoreCommand
{
    private const string Description = """
        Restore an archive that backup wrote (SQLite), with the service stopped.

        The archive is verified before any file is changed. Existing data is replaced only with --force.
        """;

    private const string SqlServer = """
        restore puts SQLite files in place. Restore SQL Server with RESTORE DATABASE and RESTORE LOG, after a backup of the tail
        of the log, as docs/production.md shows.
        """;

    public static Command Create(CommandContext context)
    {
        var file = new Argument<string>("FILE") { Description = "The archive to restore." };
        var force = new Option<bool>("--force") { Description = "Replace existing data." };
        var command = new Command("restore", Description) { file, force };
        command.SetAction((parsed, cancellation) => RunAsync(context, parsed.GetRequiredValue(file), parsed.GetValue(force), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, string path, bool force, CancellationToken cancellation)
    {
        await using var app = context.Build();
        var files = StoreFiles.Of(app.Services) ?? throw new CommandFailure(SqlServer);
        var line = new ProgressLine(context.Out, context.Interactive);
        var manifest = await new BackupRestorer(files).RestoreAsync(path, force, (part, share) => line.Show(share, part), cancellation);
        line.End();
        var size = BackupText.Size(manifest);
        await context.Out.WriteLineAsync(
            $"Restored {files.Database} as of {manifest.CreatedAt:u} ({size}, written by HealthApi {manifest.Version})");
        await app.Services.GetRequiredService<IDatabase>().MigrateAsync(cancellation);
        if (await app.Services.FindUnreadableSecretsAsync(cancellation) is not { Count: > 0 } unreadable) return ExitCode.Done;
        var keys = string.Join(", ", unreadable.KeyIds);
        await context.Out.WriteLineAsync(
            $"The secrets of {unreadable.Description} cannot be opened yet: start the service with the key {keys} as "
                + "Webhooks:EncryptionKey.");
        return ExitCode.Done;
    }
}
