using System.Data.Common;
using Dapper;
using HealthApi.Core;
using HealthApi.Core.Accounts;
using HealthApi.Core.Scoring;
using HealthApi.Core.Signals;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Processing;

namespace HealthApi.Infrastructure.Accounts;

/// <summary>What a write asks of the account's present version.</summary>
/// <param name="IfMatch">The version it must have, or null.</param>
/// <param name="MustExist"><c>If-Match: *</c>: any version, but it must be there.</param>
/// <param name="MustNotExist"><c>If-None-Match: *</c>.</param>
public readonly record struct AccountPrecondition(long? IfMatch, bool MustExist, bool MustNotExist)
{
    public bool Allows(long? version) =>
        (IfMatch is null || IfMatch == version) && (!MustExist || version is not null) && (!MustNotExist || version is null);
}

/// <summary>What became of a write.</summary>
public enum AccountWriteStatus { Created, Updated, PreconditionFailed, NotFound }

public sealed record AccountWrite(AccountWriteStatus Status, StoredAccount? Stored);

/// <summary>Account profiles. A change makes the account due, so that the worker evaluates it at once.</summary>
public sealed class AccountStore(IDatabase database, ProcessingSignal signal, TimeProvider time)
{
    private const string Columns = """
        a.profile AS Profile, a.segment AS Segment, a.phase AS Phase, a.version AS Version, a.created_at AS CreatedAt, a.updated_at AS UpdatedAt
        """;

    private const string SelectOne = "SELECT " + Columns + " FROM accounts AS a WHERE a.id = @Id";

    private const string SelectState = "SELECT figures AS Figures, memory AS Memory FROM account_states WHERE account_id = @Id";

    private const string Insert = """
        INSERT INTO accounts (id, name, segment, phase, owner, parent_id, arr, mrr, renewal_date, churned_at, profile, version, created_at, updated_at)
        VALUES (@Id, @Name, @Segment, @Phase, @Owner, @ParentId, @Arr, @Mrr, @RenewalDate, @ChurnedAt, @Profile, 1, @Now, @Now)
        """;

    private const string InsertState = """
        INSERT INTO account_states (account_id, version, figures, memory, category, risk_score, risk_level, due_at)
        VALUES (@Id, 1, @Figures, '', 'unknown', 0, 'low', @Now)
        """;

    private const string Update = """
        UPDATE accounts SET name = @Name, segment = @Segment, phase = @Phase, owner = @Owner, parent_id = @ParentId, arr = @Arr, mrr = @Mrr,
            renewal_date = @RenewalDate, churned_at = @ChurnedAt, profile = @Profile, version = version + 1, updated_at = @Now
        WHERE id = @Id
        """;

    private const string MakeDue = "UPDATE account_states SET due_at = @Now WHERE account_id = @Id";

    private const string DeleteTags = "DELETE FROM account_tags WHERE account_id = @Id";

    private const string InsertTag = "INSERT INTO account_tags (account_id, tag) VALUES (@Id, @Tag)";

    private const string RemoveErasure = "DELETE FROM erasures WHERE account_id = @Id";

    public Task<StoredAccount?> FindAsync(string id, CancellationToken cancellation) =>
        database.ReadAsync(connection => FindAsync(connection, null, id), cancellation);

    /// <summary>What the worker has remembered and folded of the account, with its profile; null where there is no such account.</summary>
    public Task<(StoredAccount Stored, AccountFigures Figures, AccountMemory Memory)?> LoadStateAsync(string id, CancellationToken cancellation) =>
        database.ReadAsync<(StoredAccount, AccountFigures, AccountMemory)?>(
            async connection =>
            {
                if (await FindAsync(connection, null, id) is not { } stored) return null;
                var state = await connection.QuerySingleAsync<StateRow>(SelectState, new { Id = id });
                return (stored, AccountFigures.Decode(state.Figures), AccountMemory.FromJson(state.Memory));
            },
            cancellation);

    /// <summary>
    /// Creates or changes an account. <paramref name="change"/> gets what is there (or null) and returns the new profile, or null to leave
    /// things as they are because there is nothing to change.
    /// </summary>
    public async Task<AccountWrite> WriteAsync(
        string id, AccountPrecondition precondition, Func<Account?, Account?> change, CancellationToken cancellation)
    {
        var write = await database.WriteAsync(transaction => WriteAsync(transaction, id, precondition, change), cancellation);
        signal.Set();
        return write;
    }

    /// <summary>Creates or changes many in one transaction: all or none.</summary>
    public async Task<IReadOnlyList<AccountWrite>> WriteAllAsync(IReadOnlyList<(string Id, Func<Account?, Account?> Change)> changes, CancellationToken cancellation)
    {
        var writes = await database.WriteAsync(
            async transaction =>
            {
                var all = new List<AccountWrite>();
                foreach (var (id, change) in changes) all.Add(await WriteAsync(transaction, id, default, change));
                return all;
            },
            cancellation);
        signal.Set();
        return writes;
    }

    private async Task<AccountWrite> WriteAsync(DbTransaction transaction, string id, AccountPrecondition precondition, Func<Account?, Account?> change)
    {
        var present = await FindAsync(transaction.Connection!, transaction, id);
        if (!precondition.Allows(present?.Version)) return new AccountWrite(AccountWriteStatus.PreconditionFailed, present);
        if (change(present?.Account) is not { } account) return new AccountWrite(AccountWriteStatus.NotFound, null);
        var now = Instant.Truncate(time.GetUtcNow());
        var stored = AccountTermsClock.Stamp(present?.Account, account, now);
        await SaveAsync(transaction, stored, present is null, now);
        var status = present is null ? AccountWriteStatus.Created : AccountWriteStatus.Updated;
        return new AccountWrite(status, await FindAsync(transaction.Connection!, transaction, id));
    }

    private static async Task SaveAsync(DbTransaction transaction, Account account, bool isNew, DateTimeOffset now)
    {
        var connection = transaction.Connection!;
        var row = ToRow(account, now);
        await connection.ExecuteAsync(isNew ? Insert : Update, row, transaction);
        if (isNew) await connection.ExecuteAsync(InsertState, new { account.Id, Figures = Array.Empty<byte>(), row.Now }, transaction);
        else await connection.ExecuteAsync(MakeDue, new { account.Id, row.Now }, transaction);
        if (isNew) await connection.ExecuteAsync(RemoveErasure, new { account.Id }, transaction);
        await connection.ExecuteAsync(DeleteTags, new { account.Id }, transaction);
        await connection.ExecuteAsync(InsertTag, account.Tags.Distinct().Select(tag => new { account.Id, Tag = tag }), transaction);
    }

    private static AccountRow ToRow(Account account, DateTimeOffset now) => new(
        account.Id,
        account.Name,
        SegmentPolicy.Default.Of(account),
        LifecyclePhases.Of(account, now),
        account.Owner,
        account.ParentId,
        AccountColumns.ToMoney(account.Arr),
        AccountColumns.ToMoney(account.Mrr),
        account.RenewalDate?.ToMicroseconds(),
        account.ChurnedAt?.ToMicroseconds(),
        AccountColumns.ToProfile(account),
        now.ToMicroseconds());

    private static async Task<StoredAccount?> FindAsync(DbConnection connection, DbTransaction? transaction, string id) =>
        (await connection.QuerySingleOrDefaultAsync<StoredRow>(SelectOne, new { Id = id }, transaction))?.ToStored();

    private sealed record AccountRow(
        string Id, string Name, string Segment, string Phase, string? Owner, string? ParentId, long? Arr, long? Mrr, long? RenewalDate, long? ChurnedAt,
        string Profile, long Now);

    private sealed record StateRow
    {
        public byte[] Figures { get; init; } = [];

        public string Memory { get; init; } = "";
    }

    private sealed record StoredRow
    {
        public string Profile { get; init; } = "";

        public string Segment { get; init; } = "";

        public string Phase { get; init; } = "";

        public long Version { get; init; }

        public long CreatedAt { get; init; }

        public long UpdatedAt { get; init; }

        public StoredAccount ToStored() => new(
            AccountColumns.FromProfile(Profile), Segment, Phase, Version, Instant.FromMicroseconds(CreatedAt), Instant.FromMicroseconds(UpdatedAt));
    }
}
