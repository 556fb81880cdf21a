using System.CommandLine;
using HealthApi.Infrastructure.Backups;

namespace HealthApi.Api.Commands;

/// <summary><c>backup FILE</c>: one archive of an embedded store, while the service runs.</summary>
internal static class BackupCommand
{
    private const string Description = """
        Write one consistent archive of the store (SQLite): the database, the lanes and the generated encryption key.

        The service may run meanwhile; everything acknowledged before the backup began is in it. The archive holds what opens your
        secrets: keep it as safe as them. With SQL Server, back up the database itself (docs/production.md).
        """;

    private const string SqlServer = """
        backup copies SQLite files. Back up SQL Server with BACKUP DATABASE and BACKUP LOG, as docs/production.md
        shows: the lanes are tables of the same database, and Webhooks:EncryptionKey is kept apart.
        """;

    public static Command Create(CommandContext context)
    {
        var file = new Argument<string>("FILE") { Description = "The archive to write, such as health-2026-11-29.zip." };
        var force = new Option<bool>("--force") { Description = "Replace the archive where it exists." };
        var command = new Command("backup", Description) { file, force };
        command.SetAction((parsed, cancellation) => RunAsync(context, parsed.GetRequiredValue(file), parsed.GetValue(force), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, string path, bool force, CancellationToken cancellation)
    {
        await using var app = context.Build();
        var files = StoreFiles.Of(app.Services) ?? throw new CommandFailure(SqlServer);
        var writer = new BackupWriter(files, app.Services.GetRequiredService<TimeProvider>());
        var line = new ProgressLine(context.Out, context.Interactive);
        var manifest = await writer.WriteAsync(path, force, (part, share) => line.Show(share, part), cancellation);
        line.End();
        var size = BackupText.Size(manifest);
        await context.Out.WriteLineAsync($"Backed up {files.Database} as of {manifest.CreatedAt:u}: {size} in {Path.GetFullPath(path)}");
        if (!manifest.HoldsKey)
            await context.Out.WriteLineAsync("It holds no encryption key: keep Webhooks:EncryptionKey with your secrets.");
        return ExitCode.Done;
    }
}
