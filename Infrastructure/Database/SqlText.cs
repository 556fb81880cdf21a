using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace HealthApi.Infrastructure.Database;

/// <summary>
/// One statement in the words of each database, whole and side by side, for where they differ in nothing but the words (a page's
/// <c>LIMIT</c> and <c>TOP</c>, a hint). Same parameters, same columns, same rows. What differs in the way it works stands behind an
/// interface named for its feature.
/// </summary>
internal sealed record SqlText(string Sqlite, string SqlServer)
{
    /// <summary>The words of the database that the connection leads to.</summary>
    public string For(DbConnection connection) => connection is SqliteConnection ? Sqlite : SqlServer;
}
