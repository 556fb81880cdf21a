using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>
/// Conditions that narrow indexes answer for one account, so that SQLite does not read the row of an account that does not match. They are
/// not needed for the result: the conditions on the rows follow.
/// </summary>
internal static class ListingProbes
{
    private static readonly ListingFilter[] OfAccounts =
        [ListingFilter.Segment, ListingFilter.Owner, ListingFilter.Phase, ListingFilter.Churned];

    private static readonly ListingFilter[] OfStates = [ListingFilter.Category, ListingFilter.Risk, ListingFilter.Disagreement];

    public static bool IsOfStates(ListingFilter filter) =>
        OfStates.Contains(filter) || filter is ListingFilter.Score or ListingFilter.MinRisk;

    /// <param name="id">The expression of the account's id.</param>
    public static SqlText Of(IReadOnlyDictionary<ListingFilter, SqlText> conditions, string id)
    {
        var states = AccountConditions.Joined(conditions.Where(one => OfStates.Contains(one.Key)).Select(one => one.Value));
        var accounts = AccountConditions.Joined(conditions.Where(one => OfAccounts.Contains(one.Key)).Select(one => one.Value));
        return AccountConditions.Joined(
        [
            Exists("account_states AS s", "ix_account_states_standing", "s.account_id", id, states),
            Exists("accounts AS a", "ix_accounts_listed", "a.id", id, accounts),
            conditions.TryGetValue(ListingFilter.Tag, out var tags) ? Of(tags, id) : new SqlText("", ""),
        ]);
    }

    private static SqlText Of(SqlText tags, string id) => new(
        tags.Sqlite.Replace("a.id", id, StringComparison.Ordinal), tags.SqlServer.Replace("a.id", id, StringComparison.Ordinal));

    private static SqlText Exists(string table, string index, string column, string id, SqlText conditions) => conditions.Sqlite.Length == 0
        ? conditions
        : new SqlText(
            " AND EXISTS (SELECT 1 FROM " + table + " INDEXED BY " + index + " WHERE " + column + " = " + id + conditions.Sqlite + ")",
            " AND EXISTS (SELECT 1 FROM " + table + " WHERE " + column + " = " + id + conditions.SqlServer + ")");
}
