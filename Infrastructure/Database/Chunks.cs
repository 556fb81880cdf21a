using System.Data.Common;

namespace HealthApi.Infrastructure.Database;

/// <summary>
/// Writes many rows in small transactions: others write in between, and SQL Server never takes enough row locks to lock a table.
/// </summary>
internal static class Chunks
{
    /// <summary>Chunks after which the writers are relieved.</summary>
    private const int RelieveEvery = 4;

    /// <summary>Repeats the write until a chunk is not full.</summary>
    /// <param name="size">Rows of a full chunk, at the least.</param>
    /// <param name="chunk">Deletes or changes a chunk, and returns how many rows it had.</param>
    /// <param name="committed">Called after each full chunk, before the next.</param>
    /// <param name="written">Given the rows of each chunk, once it is committed.</param>
    public static async Task WriteAsync(
        IDatabase database, int size, Func<DbTransaction, Task<int>> chunk, CancellationToken cancellation, Action? committed = null,
        Action<int>? written = null)
    {
        for (var number = 1; ; number++)
        {
            var rows = await database.WriteAsync(chunk, cancellation);
            written?.Invoke(rows);
            if (rows < size) return;
            // Others write in between.
            committed?.Invoke();
            if (number % RelieveEvery == 0) await database.RelieveAsync(cancellation);
        }
    }
}
