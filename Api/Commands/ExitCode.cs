namespace HealthApi.Api.Commands;

/// <summary>What the process answers its caller.</summary>
internal static class ExitCode
{
    public const int Done = 0, Failed = 1, Usage = 2;
}
