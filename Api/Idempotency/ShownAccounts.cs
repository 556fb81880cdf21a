namespace HealthApi.Api.Idempotency;

/// <summary>The accounts that an answer shows. An answer that is stored for repeats is deleted when one of them is erased.</summary>
internal static class ShownAccounts
{
    private static readonly object Key = new();

    /// <summary>Records the accounts; called by the endpoint that writes the answer.</summary>
    public static void Set(HttpContext context, IReadOnlyCollection<string> accountIds) => context.Items[Key] = accountIds;

    public static IReadOnlyCollection<string> Of(HttpContext context) =>
        context.Items.TryGetValue(Key, out var ids) && ids is IReadOnlyCollection<string> known ? known : [];
}
