using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Secrets;

/// <summary>
/// A column that holds sealed texts. <see cref="SecretVault.Seal"/> requires one, so that every sealed text can be found again.
/// </summary>
/// <param name="Name">Table and column.</param>
/// <param name="Singular">The word for one row, for messages.</param>
/// <param name="Plural">The word for several rows.</param>
/// <param name="IsNeeded">Whether the service needs the texts: a process that cannot open them does not start, or is degraded while it
/// runs.</param>
/// <param name="Select">Selects at most <c>@Limit</c> rows after <c>@AfterScope</c> and <c>@AfterId</c> in the order of their key; only
/// texts that are not like <c>@Current</c>, unless that is null.</param>
/// <param name="Update">Replaces <c>before</c> with <c>after</c> for each of <c>@Rows</c>; a row whose text has changed meanwhile is
/// skipped.</param>
internal sealed record SealedColumn(string Name, string Singular, string Plural, bool IsNeeded, SqlText Select, SqlText Update)
{
    /// <summary>Rows per chunk: a transaction of milliseconds, far below the number of locks at which SQL Server locks a table.</summary>
    public const int ChunkSize = 50;

    /// <summary>The owner that a row's text is bound to when it is sealed.</summary>
    public Func<SealedRow, string> OwnerOf { get; init; } = row => row.Id;

    /// <summary>Reads the next chunk after a row; the first chunk where <paramref name="after"/> is null.</summary>
    /// <param name="except">Skips texts with this prefix; null skips none.</param>
    public async Task<IReadOnlyList<SealedRow>> ReadAsync(
        IDatabase database, SealedRow? after, string? except, CancellationToken cancellation)
    {
        var parameters = new
        {
            AfterScope = after?.Scope ?? "",
            AfterId = after?.Id ?? "",
            Current = except is null ? null : except + "%",
            Limit = ChunkSize
        };
        return [
            .. await database.ReadAsync(connection => connection.QueryAsync<SealedRow>(Select.For(connection), parameters), cancellation)];
    }

    /// <returns>The number of replaced texts.</returns>
    public Task<int> ReplaceAsync(DbTransaction transaction, IReadOnlyList<ResealedRow> rows)
    {
        var connection = transaction.Connection!;
        return connection.ExecuteAsync(Update.For(connection), new { Rows = JsonRows.Of(connection, rows) }, transaction);
    }
}
