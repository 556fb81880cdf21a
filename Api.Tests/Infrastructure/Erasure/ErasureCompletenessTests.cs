using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Erasure;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Erasure;

/// <summary>
/// Every column of the schema is classified by whether it can hold data of an account. The test fills the columns that can, erases the
/// account, and searches all columns for it. Both databases have the same columns (MigrationParityTests).
/// </summary>
internal sealed class ErasureCompletenessTests
{
    private const string Name = ErasureColumns.Id;

    private Pipeline _pipeline = null!;

    private IDatabase Database => _pipeline.Services.GetRequiredService<IDatabase>();

    [SetUp]
    public async Task CreateAsync() => _pipeline = await Pipeline.CreateAsync(new ManualTimeProvider());

    [TearDown]
    public void Close() => _pipeline.Dispose();

    [Test]
    public async Task Every_column_is_classified()
    {
        var columns = (await ErasureColumns.ReadAsync(Database)).Select(column => column.ToString());
        Assert.That(columns.Order(StringComparer.Ordinal), Is.EqualTo(ErasureColumns.Classified.Order(StringComparer.Ordinal)),
            "state in ErasureColumns whether a new column can hold data of an account; if it can, AccountRemoval must delete it");
    }

    [Test]
    public async Task Only_the_id_of_an_erased_account_is_kept()
    {
        await ErasureColumns.FillAsync(_pipeline.Services);
        Assert.That(await FoundAsync(), Is.EquivalentTo(ErasureColumns.OfAccounts), "every marked column is filled");
        var erasure = _pipeline.Services.GetRequiredService<AccountErasure>();
        Assert.That(await erasure.EraseAsync(Name, default, default), Is.EqualTo(WriteStatus.Deleted));
        Assert.That(await FoundAsync(), Is.EqualTo(new[] { "erasures.account_id" }), "only the tombstone keeps the id");
    }

    private async Task<IReadOnlyList<string>> FoundAsync()
    {
        var found = new List<string>();
        foreach (var column in await ErasureColumns.ReadAsync(Database))
        {
            if (await Database.ScalarAsync<long>(column.Search(Name)) > 0)
                found.Add($"{column.TableName}.{column.ColumnName}");
        }

        return found;
    }
}
