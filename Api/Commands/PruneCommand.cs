using System.CommandLine;
using System.Diagnostics;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.Retention;
using Microsoft.Extensions.Options;

namespace HealthApi.Api.Commands;

/// <summary><c>prune</c>: applies the retention now; the service applies it once a day.</summary>
internal static class PruneCommand
{
    private const string Description = """
        Delete now what is older than the retention (Retention:Events): events, history, crossings, finished deliveries, conflicts and
        the records of sources that no longer send. Audit entries are deleted when they are older than Retention:Audit.

        Scores do not change: pruned events are folded into the account's baseline, from which its figures can be derived again.
        The command may be interrupted, repeated, and run beside the service, which does the same once a day.
        """;

    /// <summary>How long after the last success a busy store is tried again, and the pause between two attempts.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1), Pause = TimeSpan.FromMilliseconds(250);

    public static Command Create(CommandContext context)
    {
        var command = new Command("prune", Description);
        command.SetAction((_, cancellation) => RunAsync(context, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        await using var app = context.Build();
        var (retention, time) = (
            app.Services.GetRequiredService<IOptions<RetentionOptions>>().Value.EventsSpan,
            app.Services.GetRequiredService<TimeProvider>());
        await app.Services.GetRequiredService<IDatabase>().MigrateAsync(cancellation);
        var (line, since, now) = (new ProgressLine(context.Out, context.Interactive), TimeProvider.System.GetTimestamp(), time.GetUtcNow());
        try
        {
            var tally = await SweepAsync(app.Services.GetRequiredService<RetentionSweep>(), now - retention, now, line, cancellation);
            line.End();
            var seconds = TimeProvider.System.GetElapsedTime(since).TotalSeconds;
            await context.Out.WriteLineAsync(
                $"{tally.Events:N0} events before {now - retention:yyyy-MM-dd HH:mm} UTC pruned from {tally.Accounts:N0} accounts in "
                    + $"{seconds:0.0} s");
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw new CommandFailure("Interrupted. The store is consistent; run the command again to prune the rest.");
        }
    }

    /// <summary>
    /// Beside a service that writes much, a chunk may fail to get the store's lock. The sweep then starts again and quickly skips what is
    /// already pruned.
    /// </summary>
    private static async Task<RetentionTally> SweepAsync(
        RetentionSweep sweep, DateTimeOffset cutoff, DateTimeOffset now, ProgressLine line, CancellationToken cancellation)
    {
        var (before, events, lastDone) = (0L, 0L, Stopwatch.GetTimestamp());
        while (true)
        {
            try
            {
                var tally = await sweep.RunAsync(cutoff, now, cancellation, sofar => Show(events = before + sofar.Events, sofar));
                return tally with { Events = before + tally.Events };
            }
            catch (StoreUnavailableException) when (Stopwatch.GetElapsedTime(lastDone) < Patience)
            {
                before = events;
                await Task.Delay(Pause, cancellation);
            }
        }

        void Show(long pruned, RetentionTally sofar)
        {
            lastDone = Stopwatch.GetTimestamp();
            line.Show(
                sofar.Total == 0 ? 1 : (double)sofar.Accounts / sofar.Total,
                $"{sofar.Accounts:N0} of {sofar.Total:N0} accounts, {pruned:N0} events pruned");
        }
    }
}
