using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace HealthApi.Infrastructure.Database;

/// <summary>
/// One statement in the dialect of each database, for statements that differ only in syntax, such as <c>LIMIT</c> and <c>TOP</c> or a hint.
/// Both take the same parameters and give the same columns and rows. Where the databases need different algorithms, an interface named for
/// the feature hides them.
/// </summary>
internal sealed record SqlText(string Sqlite, string SqlServer)
{
    /// <summary>The statement for the database of the connection.</summary>
    public string For(DbConnection connection) => connection is SqliteConnection ? Sqlite : SqlServer;
}
