namespace HealthApi.Api.Commands;

/// <summary>
/// The console and the settings of a command, and the parts of the service that a test replaces.
/// </summary>
/// <param name="Interactive">Whether <paramref name="Out"/> is a terminal, on which a line can be overwritten.</param>
internal sealed record CommandContext(TextWriter Out, TextWriter Error, bool Interactive)
{
    /// <summary>The process's own console.</summary>
    public static CommandContext Console { get; } = new(System.Console.Out, System.Console.Error, !System.Console.IsOutputRedirected);

    /// <summary><c>--Section:Key value</c> arguments, passed to the configuration unchanged.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Changes the service before it is built; null outside of tests.</summary>
    public Action<WebApplicationBuilder>? Adjust { get; init; }

    /// <summary>
    /// Builds the service with these settings without starting it. The user's own settings override <paramref name="more"/>.
    /// </summary>
    public WebApplication Build(params IReadOnlyList<string> more) => ServiceHost.Build([.. more, .. Settings], Adjust);
}
