namespace HealthApi.Api.Commands;

/// <summary>
/// What a command gets from outside: where it writes, the settings given with it, and (in tests) replaced parts of the service.
/// </summary>
/// <param name="Interactive">Whether <paramref name="Out"/> is a terminal, where a line can be written over.</param>
internal sealed record CommandContext(TextWriter Out, TextWriter Error, bool Interactive)
{
    /// <summary>The process's own console.</summary>
    public static CommandContext Console { get; } = new(System.Console.Out, System.Console.Error, !System.Console.IsOutputRedirected);

    /// <summary><c>--Section:Key value</c> arguments, handed on to the configuration as they are.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    public Action<WebApplicationBuilder>? Adjust { get; init; }

    /// <summary>The service by these settings, not started; <paramref name="more"/> come before the user's own, which win.</summary>
    public WebApplication Build(params IReadOnlyList<string> more) => ServiceHost.Build([.. more, .. Settings], Adjust);
}
