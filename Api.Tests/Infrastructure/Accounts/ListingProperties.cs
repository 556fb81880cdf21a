using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Infrastructure.Accounts;

/// <summary>However a page is read, the pages together are the accounts that match the filters, in the order of the sort.</summary>
internal sealed class ListingProperties(StoreKind kind) : StoreFixture(kind)
{
    private const int Queries = 400;

    /// <summary>Always walk; walk, then all; few, or walk in small chunks; always few, or gather.</summary>
    private static readonly ListingLimits[] Ways =
    [
        new(0, 0, 0, 1), new(12, 6, 4, 3, 6), new(25, 3, 8, 2, 4), new(1000, 1000, 1000), new(1000, 0, 0, 5, 5), new(0, 90, 0, 2, 4),
        new(10, 90, 0, 2, 4), new(),
    ];

    private TestStore _store = null!;
    private IDatabase _database = null!;
    private List<ListedRowOf> _accounts = [];

    [OneTimeSetUp]
    public async Task FillAsync()
    {
        _store = NewStore();
        _database = _store.Open();
        await _database.MigrateAsync(CancellationToken.None);
        var random = new Random(20261130);
        _accounts = [.. Enumerable.Range(0, 90).Select(number => ListedRowOf.Random(random, number))];
        await _database.WriteAsync(
            async transaction =>
            {
                foreach (var account in _accounts) await account.InsertAsync(transaction);
                return true;
            },
            CancellationToken.None);
    }

    [OneTimeTearDown]
    public void Close()
    {
        (_database as IDisposable)?.Dispose();
        _store.Dispose();
    }

    [Test]
    public async Task Pages_are_the_matching_accounts_in_the_order_of_the_sort_whichever_way_they_are_read()
    {
        var random = new Random(7);
        for (var number = 0; number < Queries; number++)
        {
            var filter = ListedRowOf.RandomFilter(random, _accounts);
            var name = AccountListing.SortNames.ElementAt(random.Next(AccountListing.SortNames.Count));
            var sort = random.Next(2) == 0 ? name : "-" + name;
            var (limits, limit) = (Ways[random.Next(Ways.Length)], random.Next(1, 30));
            var expected = _accounts.Where(account => account.Matches(filter))
                .OrderBy(account => account.SortValue(name), Comparer<object?>.Create(ListedRowOf.Compare))
                .ThenBy(account => account.Id, StringComparer.Ordinal).Select(account => account.Id).ToList();
            if (sort != name) expected.Reverse();
            Assert.That(
                await PagesAsync(filter, sort, limit, limits), Is.EqualTo(expected), $"query {number}: {filter} by {sort}, {limits}, {limit}");
        }
    }

    [Test]
    public async Task A_page_is_read_while_a_writer_holds_its_transaction()
    {
        var listing = new AccountListing(_database);
        var page = await _database.WriteAsync(
            _ => listing.ListAsync(new AccountFilter(), "id", null, 5, CancellationToken.None), CancellationToken.None);
        Assert.That(page, Has.Count.EqualTo(5), "a reader never waits for the writer");
    }

    [Test]
    public async Task Every_filter_is_read_in_every_sort_and_way()
    {
        foreach (var filter in ListedRowOf.EachFilter(_accounts))
        {
            var expected = _accounts.Where(account => account.Matches(filter)).Select(account => account.Id);
            foreach (var sort in AccountListing.SortNames)
            {
                foreach (var limits in Ways)
                    Assert.That(await PagesAsync(filter, sort, 7, limits), Is.EquivalentTo(expected), $"{filter} by {sort}, {limits}");
            }
        }
    }

    private async Task<List<string>> PagesAsync(AccountFilter filter, string sort, int limit, ListingLimits limits)
    {
        var listing = new AccountListing(_database) { Limits = limits };
        var (ids, after) = (new List<string>(), (AccountCursor?)null);
        while (true)
        {
            var page = await listing.ListAsync(filter, sort, after, limit, CancellationToken.None);
            ids.AddRange(page.Select(row => row.Stored.Account.Id));
            if (page.Count < limit) return ids;
            after = new AccountCursor(sort, page[^1].SortValue, page[^1].Stored.Account.Id);
        }
    }
}
