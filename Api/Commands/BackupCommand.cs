using System.CommandLine;
using HealthApi.Infrastructure.Backups;

namespace HealthApi.Api.Commands;

/// <summary><c>backup FILE</c>: writes an archive of an embedded store, also while the service runs.</summary>
internal static class BackupCommand
{
    private const string Description = """
        Write one consistent archive of the store (SQLite): the database, the lanes and the generated encryption key.

        The service may run meanwhile; the archive contains everything acknowledged before the backup began. It also contains the key that
        decrypts your secrets: protect it as you protect them. With SQL Server, back up the database itself (docs/production.md).
        """;

    private const string SqlServer = """
        backup copies SQLite files. Back up SQL Server with BACKUP DATABASE and BACKUP LOG, as docs/production.md
        shows: the lanes are tables of the same database, and Webhooks:EncryptionKey is stored outside of it.
        """;

    public static Command Create(CommandContext context)
    {
        var file = new Argument<string>("FILE") { Description = "The archive to write, such as health-2026-11-29.zip." };
        var force = new Option<bool>("--force") { Description = "Replace the archive if it exists." };
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
            await context.Out.WriteLineAsync("The archive contains no encryption key: store Webhooks:EncryptionKey with your secrets.");
        return ExitCode.Done;
    }
}
