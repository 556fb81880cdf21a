using System.Data.Common;
using Dapper;
using HealthApi.Infrastructure.Database;

namespace HealthApi.Infrastructure.Secrets;

/// <summary>
/// A column that holds sealed texts. <see cref="SecretVault.Seal"/> asks for one, so that nothing is sealed that cannot be found again.
/// </summary>
/// <param name="Name">Table and column.</param>
/// <param name="Singular">What a row is, for messages.</param>
/// <param name="Plural">What several rows are.</param>
/// <param name="IsNeeded">Whether the service must be able to open it: a process that cannot is refused at start and degraded while it
/// runs.</param>
/// <param name="Select">
/// Rows after <c>@AfterScope</c> and <c>@AfterId</c> in the order of their key, at most <c>@Limit</c>; only texts unlike <c>@Current</c>
/// unless that is null.
/// </param>
/// <param name="Update">Puts <c>after</c> in the place of <c>before</c> for each of <c>@Rows</c>; a row that has changed meanwhile is left
/// as it is.</param>
internal sealed record SealedColumn(string Name, string Singular, string Plural, bool IsNeeded, SqlText Select, SqlText Update)
{
    /// <summary>Rows of a piece: a transaction of milliseconds, far from the locks at which SQL Server locks a table.</summary>
    public const int ChunkSize = 50;

    /// <summary>What a row's text is bound to when it is sealed.</summary>
    public Func<SealedRow, string> OwnerOf { get; init; } = row => row.Id;

    /// <summary>The next piece after a row, from the first on without one.</summary>
    /// <param name="except">Leaves out texts that begin so.</param>
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

    /// <returns>How many were replaced.</returns>
    public Task<int> ReplaceAsync(DbTransaction transaction, IReadOnlyList<ResealedRow> rows)
    {
        var connection = transaction.Connection!;
        return connection.ExecuteAsync(Update.For(connection), new { Rows = JsonRows.Of(connection, rows) }, transaction);
    }
}
