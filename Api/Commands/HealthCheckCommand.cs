using System.CommandLine;

namespace HealthApi.Api.Commands;

/// <summary><c>healthcheck</c>: asks a running service whether it is ready; for container images, which contain no curl.</summary>
internal static class HealthCheckCommand
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(3);

    public static Command Create(CommandContext context)
    {
        var url = new Argument<string>("URL")
        {
            Description = "The URL to ask.",
            DefaultValueFactory = _ => ListenUrls.Default + "/health/ready",
        };
        var command = new Command("healthcheck", "Ask a running service whether it is ready: 0 yes, 1 no.") { url };
        command.SetAction((parsed, cancellation) => RunAsync(context, parsed.GetRequiredValue(url), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, string address, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw new CommandUsageException($"'{address}' is not an http or https URL.");
        using var client = new HttpClient { Timeout = Deadline };
        try
        {
            using var answer = await client.GetAsync(url, cancellation);
            if (!answer.IsSuccessStatusCode) throw new CommandFailure($"{url} answers {(int)answer.StatusCode}.");
            await context.Out.WriteLineAsync(await answer.Content.ReadAsStringAsync(cancellation));
            return ExitCode.Done;
        }
        catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new CommandFailure($"{url} does not answer within {Deadline.TotalSeconds} seconds.");
        }
    }
}
