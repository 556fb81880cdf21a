using HealthApi.Core.Accounts;

namespace HealthApi.Core.Alerts;

/// <summary>
/// What an alert stores of its account, for filters and sorts: owner, segment and ARR, as one number that is the same in every process.
/// The alert is stored again when it changes. Different accounts may have the same number, but only one in four billion.
/// </summary>
public static class AccountMark
{
    private const uint Basis = 2166136261, Prime = 16777619;

    public static int Of(Account account, string segment)
    {
        var hash = Add(Add(Basis, account.Owner ?? ""), segment);
        foreach (var part in decimal.GetBits(account.Arr ?? 0)) hash = Add(hash, (uint)part);
        return unchecked((int)hash);
    }

    private static uint Add(uint hash, string text)
    {
        foreach (var character in text) hash = Add(hash, character);
        return Add(hash, uint.MaxValue);
    }

    private static uint Add(uint hash, uint value) => unchecked((hash ^ value) * Prime);
}
