using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Secrets;
using Microsoft.Extensions.DependencyInjection;

namespace HealthApi.Infrastructure.Backups;

/// <summary>
/// The paths of an embedded store's files: the database, its lanes, and the generated encryption key. The last two may not exist.
/// </summary>
public sealed record StoreFiles(string Database, string Lanes, string Key)
{
    /// <summary>The files that a service with this configuration uses; null where the store is not SQLite.</summary>
    public static StoreFiles? Of(IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.GetService<SqliteDatabase>() is { FilePath: var database }
            ? new StoreFiles(database, Path.ChangeExtension(database, ".lanes.db"), services.GetRequiredService<SecretKeys>().FilePath!)
            : null;
    }

    /// <summary>The path of the file that a part of a backup holds; null where no part has this name.</summary>
    internal string? PathOf(string part) => part switch
    {
        BackupPart.Database => Database,
        BackupPart.Lanes => Lanes,
        BackupPart.Key => Key,
        _ => null,
    };
}
