using System.ComponentModel;
using System.Diagnostics;

namespace HealthApi.Benchmarks.Faults;

/// <summary>Thrown when this machine lacks a program or a permission that a row needs.</summary>
internal sealed class ToolMissingException(string message) : Exception(message);

/// <summary>Programs of the operating system that inject faults.</summary>
internal static class Tool
{
    /// <exception cref="ToolMissingException">The program is not installed, or failed.</exception>
    public static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new ToolMissingException($"{program} {string.Join(' ', arguments)}: {error.Trim()}");
    }

    /// <summary>Starts a program and returns while it runs.</summary>
    /// <exception cref="ToolMissingException">The program is not installed.</exception>
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
