using System.Data;
using Dapper;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Core.Accounts;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Erasure;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Erasure;

/// <summary>An erasure is a conditional write: it succeeds only for the version that was compared.</summary>
public sealed class AccountErasureTests(StoreKind kind) : StoreFixture(kind)
{
    private const string Change = "UPDATE accounts SET version = version + 1 WHERE id = 'acme'";

    private static readonly Precondition AtFirst = new(IfMatch: 1, MustExist: false, MustNotExist: false);

    private Pipeline _pipeline = null!;

    private AccountStore Accounts => _pipeline.Services.GetRequiredService<AccountStore>();

    private AccountErasure Erasure => _pipeline.Services.GetRequiredService<AccountErasure>();

    [SetUp]
    public async Task CreateAsync()
    {
        _pipeline = await Pipeline.CreateAsync(new ManualTimeProvider(new DateTimeOffset(2026, 11, 20, 9, 0, 0, TimeSpan.Zero)), Kind);
        await NameAsync("One", default);
    }

    [TearDown]
    public void Close() => _pipeline.Dispose();

    [Test]
    public async Task An_account_that_has_changed_since_its_version_was_compared_is_not_erased()
    {
        var erasure =
            new HookedErasure(_pipeline.Services, transaction => transaction.Connection!.Execute(Change, transaction: transaction));
        await Assert.ThrowsAsync<DBConcurrencyException>(() => erasure.EraseAsync("acme", AtFirst));
        Assert.That(await Accounts.FindAsync("acme", default), Is.Not.Null, "only the version that was compared may be erased");
    }

    [Test]
    public async Task An_account_is_erased_with_everything_that_belongs_to_it()
    {
        await NameAsync("Two", default);
        Assert.That(await Erasure.EraseAsync("acme", AtFirst, default), Is.EqualTo(WriteStatus.PreconditionFailed));
        Assert.That(
            await Erasure.EraseAsync("acme", default, default), Is.EqualTo(WriteStatus.Deleted), "any version without a precondition");
        Assert.That(await _pipeline.RowsAsync("SELECT account_id FROM account_states"), Is.Empty);
        Assert.That(await Erasure.EraseAsync("acme", default, default), Is.EqualTo(WriteStatus.NotFound));
    }

    [Test]
    public async Task Of_an_erasure_and_a_change_of_one_version_only_one_succeeds()
    {
        for (var round = 0; round < 20; round++)
        {
            var (change, erasure) =
                (Task.Run(() => NameAsync("Two", AtFirst)), Task.Run(() => Erasure.EraseAsync("acme", AtFirst, default)));
            var (changed, erased) = ((await change).Status, await erasure);
            Assert.That(
                (changed, erased),
                Is.AnyOf(
                    (WriteStatus.Updated, WriteStatus.PreconditionFailed), (WriteStatus.PreconditionFailed, WriteStatus.Deleted)));
            Assert.That(
                await Accounts.FindAsync("acme", default) is not null, Is.EqualTo(changed == WriteStatus.Updated),
                "a change that was accepted is kept");
            await Erasure.EraseAsync("acme", default, default);
            await NameAsync("One", default);
        }
    }

    private Task<Write<StoredAccount>> NameAsync(string name, Precondition precondition) =>
        Accounts.WriteAsync("acme", precondition, _ => new Account { Id = "acme", Name = name }, default);
}
