namespace HealthApi.Api.Commands;

/// <summary>
/// The input of a command: the writers for its output, the settings given with it, and (in tests) replaced parts of the service.
/// </summary>
/// <param name="Interactive">Whether <paramref name="Out"/> is a terminal, on which a line can be overwritten.</param>
internal sealed record CommandContext(TextWriter Out, TextWriter Error, bool Interactive)
{
    /// <summary>The process's own console.</summary>
    public static CommandContext Console { get; } = new(System.Console.Out, System.Console.Error, !System.Console.IsOutputRedirected);

    /// <summary><c>--Section:Key value</c> arguments, passed to the configuration unchanged.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    public Action<WebApplicationBuilder>? Adjust { get; init; }

    /// <summary>
    /// Builds the service with these settings without starting it. The user's own settings override <paramref name="more"/>.
    /// </summary>
    public WebApplication Build(params IReadOnlyList<string> more) => ServiceHost.Build([.. more, .. Settings], Adjust);
}
