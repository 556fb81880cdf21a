namespace HealthApi.Benchmarks.Scale;

/// <summary>The names that <c>--only</c> accepts beside <c>--scale</c>.</summary>
internal static class ScaleGroups
{
    public const string Rate = "r7a", Fill = "r7b", Memory = "r8", Disk = "r13";

    /// <summary>Measured where no group is named.</summary>
    public static IReadOnlyList<string> Usual { get; } = [Rate, Fill, Disk];

    public static IReadOnlyList<string> All { get; } = [Rate, Fill, Memory, Disk];
}
