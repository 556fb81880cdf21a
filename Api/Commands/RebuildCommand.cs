using System.CommandLine;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Evaluation.Rebuilding;

namespace HealthApi.Api.Commands;

/// <summary><c>rebuild</c>: derives the read models again from the event log.</summary>
internal static class RebuildCommand
{
    private const string Description = """
        Derive scores, listings and daily history again from the event log, as far as it reaches back (Retention:Events).

        Crossings are not changed and no webhook is sent. The command may be interrupted, repeated, and run beside the service.
        """;

    public static Command Create(CommandContext context)
    {
        var command = new Command("rebuild", Description);
        command.SetAction((_, cancellation) => RunAsync(context, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        await using var app = context.Build();
        await app.Services.GetRequiredService<IDatabase>().MigrateAsync(cancellation);
        var (line, since) = (new ProgressLine(context.Out, context.Interactive), TimeProvider.System.GetTimestamp());
        try
        {
            var tally = await app.Services.GetRequiredService<ReadModelRebuilder>().RunAsync(
                sofar => line.Show(
                    sofar.Total == 0 ? 1 : (double)sofar.Done / sofar.Total,
                    $"{sofar.Done:N0} of {sofar.Total:N0} accounts, {sofar.Events:N0} events"),
                cancellation);
            line.End();
            Write(context.Out, tally, TimeProvider.System.GetElapsedTime(since).TotalSeconds);
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw new CommandFailure("Interrupted. The rebuilt accounts are complete; run the command again for the rest.");
        }
    }

    private static void Write(TextWriter output, RebuildTally tally, double seconds)
    {
        output.WriteLine(
            $"{tally.Done:N0} accounts from {tally.Events:N0} events in {seconds:0.0} s, {tally.Events / seconds:N0} events/s");
        if (tally.Moved > 0)
        {
            output.WriteLine(
                $"  {tally.Moved:N0} of them have another standing than before; the service evaluates them next and sends webhooks for "
                    + "their crossings.");
        }
    }
}
