namespace HealthApi.Api.Idempotency;

/// <summary>The accounts that an answer shows, so that an answer which is stored for repeats goes with any of them.</summary>
internal static class ShownAccounts
{
    private static readonly object Key = new();

    /// <summary>Called by the endpoint that writes the answer.</summary>
    public static void Set(HttpContext context, IReadOnlyCollection<string> accountIds) => context.Items[Key] = accountIds;

    public static IReadOnlyCollection<string> Of(HttpContext context) =>
        context.Items.TryGetValue(Key, out var ids) && ids is IReadOnlyCollection<string> known ? known : [];
}
