using System.Data.Common;

namespace HealthApi.Infrastructure.Database;

/// <summary>
/// Writes many rows in small transactions: others write in between, and SQL Server never takes enough row locks to lock a table.
/// </summary>
internal static class Chunks
{
    /// <summary>Chunks after which the writers are relieved.</summary>
    private const int RelieveEvery = 4;

    /// <summary>Repeats the piece until one is not full.</summary>
    /// <param name="size">Rows of a full piece, at the least.</param>
    /// <param name="piece">Deletes or changes a piece, and returns how many rows it had.</param>
    /// <param name="committed">Called after each full piece, before the next.</param>
    /// <param name="written">Given the rows of each piece.</param>
    public static async Task WriteAsync(
        IDatabase database, int size, Func<DbTransaction, Task<int>> piece, CancellationToken cancellation, Action? committed = null,
            Action<int>? written = null)
    {
        for (var number = 1; ; number++)
        {
            // Others write in between.
            var rows = await database.WriteAsync(piece, cancellation);
            written?.Invoke(rows);
            if (rows < size) return;
            committed?.Invoke();
            if (number % RelieveEvery == 0) await database.RelieveAsync(cancellation);
        }
    }
}
