using System.Data;
using System.Data.Common;
using Dapper;
using HealthApi.Core.Accounts;
using HealthApi.Core.Evaluation;
using HealthApi.Core.History;
using HealthApi.Core.Primitives;
using HealthApi.Core.Signals;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Events;
using HealthApi.Infrastructure.Policies;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>Reads and writes account profiles. A change makes the account due, so that the worker evaluates it at once.</summary>
public sealed class AccountStore(
    IDatabase database, AccountLog log, EvaluationPolicies policies, AccountRemoval removal, EvaluationSignal signal, ClaimSignal claims,
    TimeProvider time)
{
    /// <summary>The account; null where there is no such account, or it is being erased.</summary>
    public Task<StoredAccount?> FindAsync(string id, CancellationToken cancellation) => database.ReadAsync<StoredAccount?>(
        async connection => (await StoredAccountRow.LoadAsync(connection, null, AccountSql.Select, [id])).GetValueOrDefault(id),
        cancellation);

    /// <summary>The account with its figures and its memory; null where there is no such account.</summary>
    public async Task<AccountState?> LoadStateAsync(string id, CancellationToken cancellation) =>
        (await LoadStatesAsync([id], cancellation)).GetValueOrDefault(id);

    /// <summary>Accounts with their figures and memories, by id; accounts that do not exist are left out.</summary>
    public async Task<IReadOnlyDictionary<string, AccountState>> LoadStatesAsync(
        IReadOnlyCollection<string> ids, CancellationToken cancellation)
    {
        var (stored, states) = await database.ReadAsync(
            async connection =>
            {
                var accounts = await StoredAccountRow.LoadAsync(connection, null, AccountSql.Select, ids);
                return (
                    accounts,
                    (await connection.QueryAsync<StateRow>(
                        AccountSql.SelectStates.For(connection), new { Ids = JsonRows.Of(connection, accounts.Keys) })).AsList());
            },
            cancellation);
        var (loaded, now) = (new Dictionary<string, AccountState>(StringComparer.Ordinal), Instant.Truncate(time.GetUtcNow()));
        foreach (var row in states)
            loaded.Add(row.AccountId, row.ToState(stored[row.AccountId], now) ?? await FoldAsync(row, stored[row.AccountId], cancellation));
        return loaded;
    }

    /// <summary>
    /// Creates or changes an account. <paramref name="change"/> gets the stored profile (null: none) and returns the new one, or null to
    /// refuse, which gives <see cref="WriteStatus.NotFound"/>.
    /// </summary>
    public async Task<Write<StoredAccount>> WriteAsync(
        string id, Precondition precondition, Func<Account?, Account?> change, CancellationToken cancellation) =>
        (await WriteAllAsync([new AccountEdit(id, change) { Precondition = precondition }], cancellation))[0];

    /// <summary>
    /// Creates or changes many accounts in one transaction. Several edits of one account apply one after the other. The number of
    /// statements does not grow with the number of accounts.
    /// </summary>
    public async Task<IReadOnlyList<Write<StoredAccount>>> WriteAllAsync(IReadOnlyList<AccountEdit> edits, CancellationToken cancellation)
    {
        var policy = await policies.CurrentAsync(cancellation);
        var writes = await removal.WriteAsync(
            edits.Select(edit => edit.Id), transaction => WriteAllAsync(transaction, edits, policy.Segments), cancellation);
        signal.Set();
        claims.Set();
        return writes;
    }

    private async Task<List<Write<StoredAccount>>> WriteAllAsync(
        DbTransaction transaction, IReadOnlyList<AccountEdit> edits, SegmentPolicy segments)
    {
        var now = Instant.Truncate(time.GetUtcNow());
        var present = await StoredAccountRow.LoadAsync(
            transaction.Connection!, transaction, AccountSql.SelectForUpdate, edits.Select(edit => edit.Id));
        var billing = await BillingAsync(transaction, [.. present.Keys], now);
        var changed = new Dictionary<string, StoredAccount>(StringComparer.Ordinal);
        var writes = new List<Write<StoredAccount>>(edits.Count);
        foreach (var edit in edits)
        {
            var known = present.GetValueOrDefault(edit.Id);
            var write = edit.Decide(
                changed.GetValueOrDefault(edit.Id, known!), known?.Version ?? 0, billing.GetValueOrDefault(edit.Id, AccountTerms.None),
                segments, now);
            if (write.Status is WriteStatus.Created or WriteStatus.Updated) changed[edit.Id] = write.Stored!;
            writes.Add(write);
        }

        await SaveAsync(
            transaction, [.. changed.Values.Where(stored => present.ContainsKey(stored.Account.Id))], AccountSql.Update, billing, now);
        await SaveAsync(
            transaction, [.. changed.Values.Where(stored => !present.ContainsKey(stored.Account.Id))], AccountSql.Insert, billing, now);
        await AccountPasts.AppendProfilesAsync(
            transaction, changed.Values.Select(stored => (present.GetValueOrDefault(stored.Account.Id)?.Account, stored.Account)), now);
        return writes;
    }

    /// <summary>
    /// The terms that billing events state for the accounts; <see cref="AccountTerms.None"/> where the figures cannot be read, because such
    /// an account is rebuilt at its next evaluation.
    /// </summary>
    internal static async Task<Dictionary<string, AccountTerms>> BillingAsync(DbTransaction transaction, string[] ids, DateTimeOffset now)
    {
        if (ids.Length == 0) return [];
        var connection = transaction.Connection!;
        var rows = await connection.QueryAsync<StateRow>(
            AccountSql.SelectStates.For(connection), new { Ids = JsonRows.Of(connection, ids) }, transaction);
        return rows.ToDictionary(row => row.AccountId, row => row.Terms(now), StringComparer.Ordinal);
    }

    /// <summary>Writes many profiles with one statement, and then their external ids and tags, by which listings find them.</summary>
    internal static async Task SaveAsync(
        DbTransaction transaction, IReadOnlyCollection<StoredAccount> accounts, SqlText save, Dictionary<string, AccountTerms> billing,
        DateTimeOffset now)
    {
        if (accounts.Count == 0) return;
        var connection = transaction.Connection!;
        var rows = JsonRows.Of(
            connection,
            accounts.Select(stored => WrittenAccountRow.Of(stored, billing.GetValueOrDefault(stored.Account.Id, AccountTerms.None), now)));
        var saved = await connection.ExecuteAsync(save.For(connection), new { Rows = rows }, transaction);
        if (save == AccountSql.Update && saved != accounts.Count)
            throw new DBConcurrencyException("An account has changed since it was read.");
        var ids = JsonRows.Of(connection, accounts.Select(stored => stored.Account.Id));
        if (save == AccountSql.Update)
            await connection.ExecuteAsync(AccountSql.MakeDue.For(connection), new { Ids = ids, Now = now }, transaction);
        await ExternalIds.SaveAsync(transaction, ids, accounts.Select(stored => stored.Account));
        var tags = accounts.SelectMany(
            stored => stored.Account.Tags.Distinct(StringComparer.Ordinal).Select(tag => new { stored.Account.Id, Tag = tag }));
        await connection.ExecuteAsync(
            AccountSql.ReplaceTags.For(connection), new { Ids = ids, Tags = JsonRows.Of(connection, tags) }, transaction);
    }

    /// <summary>Derives the figures from the baseline and the event log, where the stored ones cannot be read.</summary>
    private async Task<AccountState> FoldAsync(StateRow row, StoredAccount stored, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var fold = await log.FoldAsync(
            row.AccountId, FoldStart.At(now), now, baseline => new FigureFold(baseline, now), cancellation);
        return new AccountState(stored, fold.Figures, row.MemoryOrEmpty(), Instant.Truncate(now));
    }

    private sealed record StateRow
    {
        public string AccountId { get; init; } = "";

        public byte[] Figures { get; init; } = [];

        public byte[]? Memory { get; init; }

        public string FormerMemory { get; init; } = "";

        /// <summary><see cref="AccountTerms.None"/> where the figures cannot be read.</summary>
        public AccountTerms Terms(DateTimeOffset now)
        {
            try
            {
                return AccountFigures.Decode(Figures).TermsAt(now);
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                return AccountTerms.None;
            }
        }

        public AccountMemory MemoryOrEmpty()
        {
            try
            {
                return ReadMemory();
            }
            catch (InvalidDataException)
            {
                return AccountMemory.Empty;
            }
        }

        /// <summary>Null where the figures or the memory cannot be read.</summary>
        public AccountState? ToState(StoredAccount stored, DateTimeOffset now)
        {
            try
            {
                return new AccountState(stored, AccountFigures.Decode(Figures), ReadMemory(), now);
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                return null;
            }
        }

        private AccountMemory ReadMemory() => AccountMemory.FromStored(Memory, FormerMemory);
    }
}
