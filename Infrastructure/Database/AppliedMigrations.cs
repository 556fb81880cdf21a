namespace HealthApi.Infrastructure.Database;

/// <summary>
/// The migrations that a database has recorded, with their checksums. The checksum is null where the migration was applied by a version of
/// the service that did not store checksums yet.
/// </summary>
internal sealed class AppliedMigrations
{
    private readonly Dictionary<string, string?> _checksums;

    public AppliedMigrations(IEnumerable<(string Name, string? Checksum)> rows) =>
        _checksums = rows.ToDictionary(row => row.Name, row => row.Checksum, StringComparer.Ordinal);

    /// <summary>Whether every migration is applied with the text of this version.</summary>
    public bool AreCurrent(IEnumerable<Migration> migrations) =>
        migrations.All(migration => _checksums.GetValueOrDefault(migration.Name) == migration.Checksum);

    /// <summary>The migrations to apply, in order.</summary>
    /// <exception cref="EditedMigrationException">A migration was applied with a different text.</exception>
    public IReadOnlyList<Migration> Missing(IReadOnlyList<Migration> migrations)
    {
        foreach (var migration in migrations)
        {
            if (_checksums.GetValueOrDefault(migration.Name) is { } applied && applied != migration.Checksum)
                throw new EditedMigrationException(migration.Name);
        }

        return [.. migrations.Where(migration => !_checksums.ContainsKey(migration.Name))];
    }

    /// <summary>The migrations that are applied and have no checksum yet.</summary>
    public IReadOnlyList<Migration> Unchecked(IEnumerable<Migration> migrations) =>
        [.. migrations.Where(migration => _checksums.TryGetValue(migration.Name, out var checksum) && checksum is null)];
}
