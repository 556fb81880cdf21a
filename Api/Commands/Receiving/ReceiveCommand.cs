using System.CommandLine;
using HealthApi.Core.Webhooks;

namespace HealthApi.Api.Commands.Receiving;

/// <summary><c>receive</c>: a webhook receiver for trials. It shows each webhook and answers 200.</summary>
internal static class ReceiveCommand
{
    private const int DefaultPort = 9000;

    public static Command Create(CommandContext context)
    {
        var port =
            new Option<int>("--port") { Description = "The port on this machine to listen on.", DefaultValueFactory = _ => DefaultPort };
        var secret = new Option<string?>("--secret") { Description = "The subscription's secret (whsec_…), to verify signatures." };
        secret.Validators.Add(result =>
        {
            if (WebhookSecret.TryParse(result.GetValueOrDefault<string>()) is null)
                result.AddError("--secret must be whsec_ and the base64 of 24 to 64 bytes.");
        });
        var body = new Option<bool>("--body") { Description = "Show the bodies too." };
        var command = new Command("receive", "Receive webhooks on this machine and show them, for trials.") { port, secret, body };
        command.SetAction((parsed, cancellation) =>
            RunAsync(context, parsed.GetValue(port), WebhookSecret.TryParse(parsed.GetValue(secret)), parsed.GetValue(body), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandContext context, int port, WebhookSecret? secret, bool body, CancellationToken cancellation)
    {
        var output = TextWriter.Synchronized(context.Out);
        await using var listener = await WebhookListener.StartAsync(
            $"http://localhost:{port}", message => output.WriteLine(Show(message, body)), TimeProvider.System, cancellation);
        listener.Secret = secret;
        output.WriteLine($"Waiting for webhooks on {listener.Url}/ (Ctrl+C stops it)");
        await listener.WaitAsync(cancellation);
        return ExitCode.Done;
    }

    private static string Show(ReceivedMessage message, bool body)
    {
        var signature = message.Signed switch
        {
            true => "signature valid",
            false => "SIGNATURE WRONG",
            null => "signature not checked",
        };
        return $"{TimeProvider.System.GetLocalNow():HH:mm:ss} {MessageLine.Of(message)}  [{message.Id}, {signature}]"
            + (body ? "\n" + message.Text : "");
    }
}
