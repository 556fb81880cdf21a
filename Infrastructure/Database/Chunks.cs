using System.Data.Common;

namespace HealthApi.Infrastructure.Database;

/// <summary>
/// Writes many rows in small transactions, so that other writers get their turn and SQL Server never holds so many row locks that it locks
/// the table.
/// </summary>
internal static class Chunks
{
    /// <summary>Number of chunks after which <see cref="IDatabase.RelieveAsync"/> is called.</summary>
    private const int RelieveEvery = 4;

    /// <summary>Repeats the write until a chunk has fewer rows than <paramref name="size"/>.</summary>
    /// <param name="size">The minimum number of rows of a full chunk.</param>
    /// <param name="chunk">Writes one chunk and returns its number of rows.</param>
    /// <param name="committed">Called after each full chunk, before the next.</param>
    /// <param name="written">Called with the number of rows of each chunk, once it is committed.</param>
    public static async Task WriteAsync(
        IDatabase database, int size, Func<DbTransaction, Task<int>> chunk, CancellationToken cancellation, Action? committed = null,
        Action<int>? written = null)
    {
        for (var number = 1; ; number++)
        {
            var rows = await database.WriteAsync(chunk, cancellation);
            written?.Invoke(rows);
            if (rows < size) return;
            committed?.Invoke();
            if (number % RelieveEvery == 0) await database.RelieveAsync(cancellation);
        }
    }
}
