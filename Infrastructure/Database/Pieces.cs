using System.Data.Common;

namespace HealthApi.Infrastructure.Database;

/// <summary>Deletes much in small transactions: others write in between, and SQL Server never takes enough row locks to lock a table.</summary>
internal static class Pieces
{
    /// <summary>Repeats the piece until one is not full.</summary>
    /// <param name="size">Rows of a full piece.</param>
    /// <param name="piece">Deletes a piece, and returns how many rows it had.</param>
    /// <param name="committed">Called after each full piece, before the next.</param>
    /// <param name="deleted">Given the rows of each piece.</param>
    public static async Task DeleteAsync(
        IDatabase database, int size, Func<DbTransaction, Task<int>> piece, CancellationToken cancellation, Action? committed = null, Action<int>? deleted = null)
    {
        while (true)
        {
            // Others write in between.
            var rows = await database.WriteAsync(piece, cancellation);
            deleted?.Invoke(rows);
            if (rows != size) return;
            committed?.Invoke();
        }
    }
}
