namespace HealthApi.Api.Commands;

/// <summary>The exit codes of the process.</summary>
internal static class ExitCode
{
    public const int Done = 0, Failed = 1, Usage = 2;
}
