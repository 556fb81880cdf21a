using System.CommandLine;
using System.Diagnostics;
using HealthApi.Api.Commands.Receiving;
using HealthApi.Core.Webhooks;

namespace HealthApi.Api.Commands.Demo;

/// <summary><c>demo</c>: plays a generated portfolio through the real pipeline and shows the webhooks that a receiver gets.</summary>
internal static class DemoCommand
{
    /// <summary>How many webhooks of a simulated day are shown; further ones are only counted.</summary>
    private const int ShownADay = 3;

    public static Command Create(CommandContext context)
    {
        var accounts = Number("--accounts", 200, 1, 2_000, "How many accounts.");
        var days = Number("--days", 120, 10, 390, "How many days to simulate, ending today.");
        var seed = Number("--seed", 42, 0, int.MaxValue, "Seed of the random numbers; the same seed gives the same demo.");
        var keep = new Option<string?>("--keep") { Description = "Keep the database in this folder; otherwise it is deleted at the end." };
        var command = new Command(
            "demo", "Play a realistic portfolio through the real pipeline and show the webhooks.") { accounts, days, seed, keep };
        command.SetAction(async (parsed, cancellation) =>
        {
            var kept = parsed.GetValue(keep);
            var folder = kept is null ? Directory.CreateTempSubdirectory("healthapi-demo-") : Directory.CreateDirectory(kept);
            try
            {
                await RunAsync(
                    context, folder.FullName, parsed.GetValue(accounts), parsed.GetValue(days), parsed.GetValue(seed), cancellation);
            }
            finally
            {
                if (kept is null) folder.Delete(recursive: true);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static async Task RunAsync(CommandContext context, string folder, int count, int days, int seed, CancellationToken cancellation)
    {
        var (random, began) = (new Random(seed), Stopwatch.GetTimestamp());
        var start = new DateTimeOffset(TimeProvider.System.GetUtcNow().UtcDateTime.Date.AddDays(-days), TimeSpan.Zero);
        var accounts = DemoPortfolio.Create(count, random);
        var (clock, report, progress) = (new SimulatedClock(start), new DemoReport(), new ProgressLine(context.Out, context.Interactive));
        await using var play = await DemoPlay.StartAsync(context, folder, clock, cancellation);
        var shownToday = 0;
        await using var receiver = await WebhookListener.StartAsync(
            "http://127.0.0.1:0",
            message =>
            {
                report.Add(message);
                if (Interlocked.Increment(ref shownToday) <= ShownADay)
                    progress.Say($"{clock.GetUtcNow():yyyy-MM-dd}  {MessageLine.Of(message)}");
            },
            clock,
            cancellation);
        await SubscribeAsync(play, receiver, cancellation);
        foreach (var chunk in accounts.Chunk(500))
            await play.PostAsync("/v1/accounts:batch", new { accounts = chunk.Select(account => account.Document(start)) }, cancellation);

        var events = 0L;
        for (var day = 0; day < days; day++)
        {
            Interlocked.Exchange(ref shownToday, 0);
            var midnight = clock.GetUtcNow();
            clock.JumpTo(midnight.AddDays(1));
            await play.SettleAsync(cancellation);
            List<object> today = [.. accounts.SelectMany(account => new DemoDay(account, day, days, midnight, random).Events())];
            await play.PostAsync(today, cancellation);
            events += today.Count;
            progress.Show((day + 1.0) / days, $"{midnight:yyyy-MM-dd}  {events:N0} events, {report.Count:N0} webhooks");
        }

        progress.End();
        context.Out.WriteLine(
            $"{count:N0} accounts, {days} days, {events:N0} events in {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s (seed {seed}).");
        report.Write(context.Out, accounts);
    }

    private static async Task SubscribeAsync(DemoPlay play, WebhookListener receiver, CancellationToken cancellation)
    {
        var eventTypes = new[] { WebhookEventTypes.HealthThresholdCrossed, WebhookEventTypes.ChurnRiskThresholdCrossed };
        var created = await play.PostAsync("/v1/webhooks", new { url = receiver.Url, eventTypes }, cancellation);
        receiver.Secret = WebhookSecret.TryParse(created.GetProperty("secret").GetString());
    }

    private static Option<int> Number(string name, int usual, int least, int most, string description)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var value && (value < least || value > most))
                result.AddError($"{name} must be {least} to {most}.");
        });
        return option;
    }
}
