using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using HealthApi.Api.Commands.Demo;
using HealthApi.Api.Commands.Import;
using HealthApi.Api.Commands.Receiving;
using HealthApi.Infrastructure.Auditing;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Secrets;
using HealthApi.Infrastructure.Settings;

namespace HealthApi.Api.Commands;

/// <summary>
/// The commands of the executable. Exit codes: 0 done, 1 failed, 2 not understood. With 1 and 2, one line on standard error says why. Wrong
/// settings, encryption keys that do not fit the store, and an edited migration also give 2.
/// </summary>
internal static class CommandLine
{
    private const string Description = """
        HealthApi: accepts customer-success events, scores health and churn risk, sends signed webhooks.

        Without a command it runs serve. Every command accepts settings as --Section:Key value, the same as in appsettings.json and
        the environment (Section__Key): --urls http://localhost:9000, or
        --Storage:ConnectionString "Data Source=/var/lib/health.db".
        """;

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CommandContext context)
    {
        try
        {
            var (words, settings) = SettingArguments.Split(arguments);
            var parsed = Root(context with { Settings = settings }).Parse([.. words]);
            if (parsed.Action is ParseErrorAction) throw new CommandUsageException(parsed.Errors[0].Message);
            var invocation = new InvocationConfiguration
            {
                Output = context.Out,
                Error = context.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            // Not for serve: the changes of a running service are made by its callers and by the service itself.
            if (Path(parsed.CommandResult) is { Length: > 0 } path and not ServeCommand.Name)
                Actor.Current = new Actor(ActorKind.Command, null, path);
            using var interrupt = new Interrupt();
            return await parsed.InvokeAsync(invocation, interrupt.Token);
        }
        catch (CommandUsageException misuse)
        {
            await context.Error.WriteLineAsync($"{OneLine(misuse.Message)} Run with --help for the usage.");
            return ExitCode.Usage;
        }
        catch (Exception refusal) when (refusal is SettingException or EncryptionKeyException or EditedMigrationException)
        {
            await context.Error.WriteLineAsync(OneLine(refusal.Message));
            return ExitCode.Usage;
        }
        catch (Exception failure) when (CommandFailure.Describe(failure) is { } line)
        {
            await context.Error.WriteLineAsync(OneLine(line));
            return ExitCode.Failed;
        }
    }

    /// <summary>The full name of a command, such as <c>keys create</c>; empty for the root command.</summary>
    private static string Path(CommandResult result) =>
        result.Parent is CommandResult parent
            ? string.Join(' ', ((string[])[Path(parent), result.Command.Name]).Where(word => word.Length > 0)) : "";

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").Replace('\t', ' ');

    private static RootCommand Root(CommandContext context)
    {
        var root = new RootCommand(Description)
        {
            ServeCommand.Create(context),
            MigrateCommand.Create(context),
            BackupCommand.Create(context),
            RestoreCommand.Create(context),
            KeysCommand.Create(context),
            ImportCommand.Create(context),
            RebuildCommand.Create(context),
            PruneCommand.Create(context),
            ReceiveCommand.Create(context),
            DemoCommand.Create(context),
            HealthCheckCommand.Create(context),
        };
        root.SetAction((_, cancellation) => ServeCommand.RunAsync(context, cancellation));
        return root;
    }
}
