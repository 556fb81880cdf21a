using System.ComponentModel;
using System.Diagnostics;

namespace HealthApi.Benchmarks.Faults;

/// <summary>This machine lacks what a row needs.</summary>
internal sealed class ToolMissingException(string message) : Exception(message);

/// <summary>Programs of the operating system that inject faults.</summary>
internal static class Tool
{
    /// <exception cref="ToolMissingException">It is not there, or may not do this here.</exception>
    public static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        var said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new ToolMissingException($"{program} {string.Join(' ', arguments)}: {said.Trim()}");
    }

    /// <summary>Starts a program that goes on.</summary>
    /// <exception cref="ToolMissingException">It is not there.</exception>
    public static Process Start(string program, params string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        }
        catch (Win32Exception)
        {
            throw new ToolMissingException($"{program} is not installed");
        }
    }

    public static Task SignalAsync(string signal, int process) => RunAsync("kill", $"-{signal}", $"{process}");
}
