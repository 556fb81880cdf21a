namespace HealthApi.Infrastructure.Database;

/// <summary>
/// The database was migrated with another text of a migration than this version ships: its schema may differ from what the code expects.
/// </summary>
public sealed class EditedMigrationException(string name)
    : Exception(
        $"Migration {name} was applied to this database with another text than this version has. Run the version that applied it, or "
            + "restore a backup.");
