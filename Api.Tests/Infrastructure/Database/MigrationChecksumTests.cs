using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Infrastructure.Database;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Database;

/// <summary>
/// A database stores a checksum of each migration that was applied, and refuses a version whose migration has another text.
/// </summary>
public sealed class MigrationChecksumTests(StoreKind kind) : StoreFixture(kind)
{
    private const string Unknown = "SELECT COUNT(*) FROM schema_versions WHERE checksum IS NULL";

    private TestDatabase _database = null!;

    [SetUp]
    public async Task MigrateAsync() => _database = await TestDatabase.CreateAsync(Kind);

    [TearDown]
    public void Drop() => _database.Dispose();

    [Test]
    public async Task An_edited_migration_is_refused_and_named()
    {
        await _database.ExecuteAsync("UPDATE schema_versions SET checksum = 'edited' WHERE name = '0001_initial'");
        var refused = await Assert.ThrowsAsync<EditedMigrationException>(AgainAsync);
        Assert.That(refused!.Message, Does.Contain("0001_initial"));

        // A later test uses the database again; the next migration stores the right checksum.
        await _database.ExecuteAsync("UPDATE schema_versions SET checksum = NULL WHERE name = '0001_initial'");
        await AgainAsync();
    }

    [Test]
    public async Task A_database_without_checksums_gets_them_when_it_is_migrated()
    {
        Assert.That(await CountAsync(), Is.Zero, "a new database has them all");
        await _database.ExecuteAsync("UPDATE schema_versions SET checksum = NULL");
        await AgainAsync();
        Assert.That(await CountAsync(), Is.Zero);
    }

    private async Task<long> CountAsync() => (await _database.QueryAsync<long>(Unknown)).Single();

    private Task AgainAsync() => _database.Database.MigrateAsync(CancellationToken.None);
}
