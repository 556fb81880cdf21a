using HealthApi.Api.Commands;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace HealthApi.Api.Tests.Support.Http;

/// <summary>The result of a command: its exit code and its output.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    /// <summary>Runs a command line in this process on the SQLite store of a folder.</summary>
    public static async Task<CommandRun> OfAsync(
        TempFolder folder, IReadOnlyList<string> words, TimeProvider? clock = null, Action<WebApplicationBuilder>? adjust = null)
    {
        using StringWriter output = new(), error = new();
        var context = new CommandContext(output, error, Interactive: false) { Adjust = builder => Adjust(builder, clock, adjust) };
        var code = await CommandLine.RunAsync([.. words, $"--Storage:ConnectionString=Data Source={folder.File("health.db")}"], context);
        return new CommandRun(code, output.ToString(), error.ToString());
    }

    public static Task<CommandRun> OfAsync(TempFolder folder, params IReadOnlyList<string> words) => OfAsync(folder, words, null);

    private static void Adjust(WebApplicationBuilder builder, TimeProvider? clock, Action<WebApplicationBuilder>? more)
    {
        more?.Invoke(builder);
        if (clock is not null) builder.Services.Replace(ServiceDescriptor.Singleton(clock));
    }
}
