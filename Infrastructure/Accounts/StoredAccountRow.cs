using System.Data.Common;
using Dapper;
using HealthApi.Core.Signals;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>A row of <c>accounts</c>, as far as <see cref="StoredAccount"/> needs it.</summary>
internal record StoredAccountRow
{
    public string Id { get; init; } = "";

    public string Profile { get; init; } = "";

    public string Segment { get; init; } = "";

    public string Phase { get; init; } = "";

    public long Version { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public StoredAccount ToStored() => new(AccountColumns.FromProfileOrBare(Profile, Id), Segment, Phase, Version, CreatedAt, UpdatedAt);

    /// <summary>Loads the accounts with one statement; those that do not exist are left out.</summary>
    public static async Task<Dictionary<string, StoredAccount>> LoadAsync(
        DbConnection connection, DbTransaction? transaction, SqlText select, IEnumerable<string> ids)
    {
        var rows =
            await connection.QueryAsync<StoredAccountRow>(select.For(connection), new { Ids = JsonRows.Of(connection, ids) }, transaction);
        return rows.ToDictionary(row => row.Id, row => row.ToStored(), StringComparer.Ordinal);
    }
}

/// <summary>An account to be written; <see cref="Known"/> is the version it was read with, 0 where the account is new.</summary>
internal sealed record WrittenAccountRow(
    string Id, string Name, string Segment, string Phase, string? Owner, string? ParentId, decimal? Arr, decimal? Mrr, string Currency,
    int? Licences,
    DateTimeOffset? RenewalDate, DateTimeOffset? ChurnedAt, string Profile, long Known, DateTimeOffset Now)
{
    /// <param name="billing">The terms that billing events state.</param>
    public static WrittenAccountRow Of(StoredAccount stored, AccountTerms billing, DateTimeOffset now)
    {
        var terms = ListedTerms.Of(EffectiveAccount.Apply(stored.Account, billing));
        return new(
            stored.Account.Id,
            stored.Account.Name,
            stored.Segment,
            stored.Phase,
            stored.Account.Owner,
            stored.Account.ParentId,
            terms.Arr,
            terms.Mrr,
            terms.Currency,
            terms.Licences,
            terms.RenewalDate,
            terms.ChurnedAt,
            AccountColumns.ToProfile(stored.Account),
            stored.Version - 1,
            now);
    }
}
