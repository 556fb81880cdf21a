using Dapper;
using HealthApi.Api.Tests.EndToEnd.Secrets;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Hosting;
using HealthApi.Infrastructure.Secrets;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Secrets;

internal sealed class SecretResealerTests(StoreKind kind) : StoreFixture(kind)
{
    private const int Count = 120;

    private const string Insert = """
        INSERT INTO integrations (id, vendor, system, settings, secrets, version, created_at, updated_at) VALUES (@Id, 'stripe', 'stripe',
            '{}', @Secrets, 1, @Now, @Now)
        """;

    private static readonly SecretVault Old = Vault(1), New = Vault(2, 1);

    [Test]
    public async Task Secrets_are_resealed_in_small_chunks_and_an_interrupted_pass_is_continued()
    {
        using var store = await FilledAsync();
        var interrupted = new CountedWrites(store.Database) { Last = 1 };
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Resealer(interrupted, New).ResealAsync(CancellationToken.None));
        var rest = new CountedWrites(store.Database);
        var resealed = await Resealer(rest, New).ResealAsync(CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(interrupted.Rows, Is.EqualTo(new[] { SealedColumn.ChunkSize }));
            Assert.That(resealed, Is.EqualTo(Count - SealedColumn.ChunkSize));
            Assert.That(rest.Rows, Is.Not.Empty.And.All.LessThanOrEqualTo(SealedColumn.ChunkSize));
            Assert.That(await Resealer(store.Database, New).ResealAsync(CancellationToken.None), Is.Zero, "no secret is left to reseal");
            Assert.That(
                (await SealedAsync(store)).Select(row => Vault(2).TryOpen(row.Id, row.Secrets)),
                Is.EqualTo(Enumerable.Range(0, Count).Select(number => $"secret {number}")));
        }
    }

    [Test]
    public async Task A_secret_that_changes_meanwhile_is_not_overwritten()
    {
        using var store = await FilledAsync();
        var rotated = Old.Seal(SealedColumns.Integrations, "int_000", "rotated");
        var hooked = new HookedFirstWrite(
            store.Database, () => store.ExecuteAsync("UPDATE integrations SET secrets = @rotated WHERE id = 'int_000'", new { rotated }));
        await Resealer(hooked, New).ResealAsync(CancellationToken.None);
        Assert.That((await SealedAsync(store))[0].Secrets, Is.EqualTo(rotated));
    }

    [Test]
    public async Task A_secret_that_cannot_be_opened_is_not_changed_and_the_others_are_resealed()
    {
        using var store = await FilledAsync();
        var lost = Vault(9).Seal(SealedColumns.Integrations, "int_060", "lost");
        await store.ExecuteAsync("UPDATE integrations SET secrets = @lost WHERE id = 'int_060'", new { lost });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await Resealer(store.Database, New).ResealAsync(CancellationToken.None), Is.EqualTo(Count - 1));
            Assert.That((await SealedAsync(store))[60].Secrets, Is.EqualTo(lost));
            Assert.That(
                (await SecretAudit.FindAsync(store.Database, New, CancellationToken.None)).Description, Is.EqualTo("1 integration"));
        }
    }

    private static SecretVault Vault(byte key, params byte[] previous) =>
        new(Convert.FromBase64String(KeySettings.Key(key)), previous.Select(value => Convert.FromBase64String(KeySettings.Key(value))));

    private static SecretResealer Resealer(IDatabase database, SecretVault vault) =>
        new(database, vault, new LoopHealth(), TimeProvider.System, NullLogger<SecretResealer>.Instance);

    private static async Task<IReadOnlyList<(string Id, string Secrets)>> SealedAsync(TestDatabase store) =>
        await store.QueryAsync<(string, string)>("SELECT id, secrets FROM integrations ORDER BY id");

    private async Task<TestDatabase> FilledAsync()
    {
        var store = await TestDatabase.CreateAsync(Kind);
        var rows = Enumerable.Range(0, Count).Select(number => $"int_{number:000}")
            .Select(
                (id, number) => new
                {
                    Id = id,
                    Secrets = Old.Seal(SealedColumns.Integrations, id, $"secret {number}"),
                    Now = DateTimeOffset.UnixEpoch
                });
        await store.WriteAsync(transaction => transaction.Connection!.ExecuteAsync(Insert, rows, transaction));
        return store;
    }

    /// <summary>A store that runs an action before the first write.</summary>
    private sealed class HookedFirstWrite(IDatabase store, Func<Task> act) : IDatabase
    {
        private Func<Task>? _act = act;

        public string Location => store.Location;

        public Task<T> ReadAsync<T>(Func<System.Data.Common.DbConnection, Task<T>> read, CancellationToken cancellation) =>
            store.ReadAsync(read, cancellation);

        public async Task<T> WriteAsync<T>(Func<System.Data.Common.DbTransaction, Task<T>> work, CancellationToken cancellation)
        {
            if (Interlocked.Exchange(ref _act, null) is { } first) await first();
            return await store.WriteAsync(work, cancellation);
        }

        public Task MigrateAsync(CancellationToken cancellation) => store.MigrateAsync(cancellation);
    }
}
