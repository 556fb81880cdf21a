namespace HealthApi.Infrastructure.Database;

/// <summary>
/// A migration was applied to the database with a text that differs from the one in this version, so its schema may differ from what the
/// code expects.
/// </summary>
public sealed class EditedMigrationException(string name)
    : Exception(
        $"Migration {name} was applied to this database with a different text from the one in this version. Run the version that applied "
            + "it, or restore a backup.");
