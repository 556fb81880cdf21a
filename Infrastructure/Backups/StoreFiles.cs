using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Secrets;
using Microsoft.Extensions.DependencyInjection;

namespace HealthApi.Infrastructure.Backups;

/// <summary>
/// The files of an embedded store: the database, its lanes, and the generated encryption key. The last two may be missing.
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

    /// <summary>Where a part of a backup belongs; null where no part has this name.</summary>
    internal string? PathOf(string part) => part switch
    {
        BackupPart.Database => Database,
        BackupPart.Lanes => Lanes,
        BackupPart.Key => Key,
        _ => null,
    };
}
