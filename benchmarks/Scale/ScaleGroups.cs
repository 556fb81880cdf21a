namespace HealthApi.Benchmarks.Scale;

/// <summary>The names that <c>--only</c> accepts beside <c>--scale</c>.</summary>
internal static class ScaleGroups
{
    public const string Rate = "r7a", Fill = "r7b", Giant = "r7c", Memory = "r8", Rebuild = "r10", Disk = "r13", Listing = "r14",
        Past = "r15", Activation = "r16", Subscriptions = "r17", Strict = "strict", Due = "r18";

    /// <summary>Measured where no group is named; the others take long, or change the accounts.</summary>
    public static IReadOnlyList<string> Usual { get; } = [Rate, Fill, Disk];

    public static IReadOnlyList<string> All { get; } =
        [Rate, Fill, Giant, Memory, Rebuild, Disk, Listing, Past, Activation, Subscriptions, Strict, Due];
}
