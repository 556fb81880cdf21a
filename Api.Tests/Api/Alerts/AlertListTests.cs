using System.Net;
using HealthApi.Api.Tests.Support;
using HealthApi.Api.Tests.Support.Http;
using HealthApi.Api.Tests.Support.Stores;
using HealthApi.Infrastructure.Alerts;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Alerts;

/// <summary><c>GET /v1/alerts</c>: every filter, sort and page against a plain filter and sort in memory.</summary>
internal sealed class AlertListTests(StoreKind kind) : StoreFixture(kind)
{
    private static readonly string[] Accounts = ["acme", "globex", "initech"];

    private static readonly (string Query, Func<AlertRow, bool> Matches)[] Filters =
    [
        ("", IsActive),
        ("status=open,acknowledged,resolved", _ => true),
        ("status=resolved", row => row.Status == "resolved"),
        ("status=open&metric=health", row => row is { Status: "open", Metric: "health" }),
        ("severity=critical,info", row => IsActive(row) && row.Severity is "critical" or "info"),
        ("severity=warning", row => IsActive(row) && row.Severity == "warning"),
        ("owner=dana", row => IsActive(row) && row.Owner == "dana"),
        ("owner=kim, jr", row => IsActive(row) && row.Owner == "kim, jr"),
        ("segment=smb", row => IsActive(row) && row.Segment == "smb"),
        ("accountId=acme", row => IsActive(row) && row.AccountId == "acme"),
        ("accountId=acme,globex&owner=dana", row => IsActive(row) && row.AccountId is "acme" or "globex" && row.Owner == "dana"),
        ("since=2026-11-22T00:00:00Z", row => IsActive(row) && row.UpdatedAt >= Since),
        ("status=resolved&since=2026-11-22T00:00:00Z&segment=enterprise",
            row => row is { Status: "resolved", Segment: "enterprise" } && row.UpdatedAt >= Since),
    ];

    private static readonly Dictionary<string, Comparison<AlertRow>> Sorts = new(StringComparer.Ordinal)
    {
        ["-severity"] = (a, b) => Compare(a.SeverityRank.CompareTo(b.SeverityRank), b.Arr.CompareTo(a.Arr), Ids(a, b)),
        ["severity"] = (a, b) => -Compare(a.SeverityRank.CompareTo(b.SeverityRank), b.Arr.CompareTo(a.Arr), Ids(a, b)),
        ["openedAt"] = (a, b) => Compare(a.OpenedAt.CompareTo(b.OpenedAt), Ids(a, b)),
        ["-openedAt"] = (a, b) => -Compare(a.OpenedAt.CompareTo(b.OpenedAt), Ids(a, b)),
        ["updatedAt"] = (a, b) => Compare(a.UpdatedAt.CompareTo(b.UpdatedAt), Ids(a, b)),
        ["-updatedAt"] = (a, b) => -Compare(a.UpdatedAt.CompareTo(b.UpdatedAt), Ids(a, b)),
    };

    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    private IReadOnlyList<AlertRow> _rows = [];
    private TestService _service = null!;

    private static DateTimeOffset Since => new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);

    private static IEnumerable<TestCaseData> Cases =>
        from filter in Filters
        from sort in AlertListing.SortNames
        from limit in new[] { 1, 7, 200 }
        select new TestCaseData(filter.Query, sort, limit);

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _service = await TestService.StartAsync(Kind, clock: new ManualTimeProvider(Now));
        await _service.PostAsync("/v1/accounts:batch", new { accounts = Accounts.Select(id => new { id, name = "The " + id }) });
        _rows = AlertSamples.Random(60, Accounts, Now, 7);
        await AlertSamples.StoreAsync(_service.Database, _rows);
    }

    [OneTimeTearDown]
    public ValueTask StopAsync() => _service.DisposeAsync();

    [TestCaseSource(nameof(Cases))]
    public async Task Pages_have_exactly_what_matches_in_the_order_of_the_sort(string query, string sort, int limit)
    {
        var expected = _rows.Where(Filters.Single(filter => filter.Query == query).Matches).ToList();
        expected.Sort(Sorts[sort]);
        var found = new List<string>();
        string? cursor = null;
        do
        {
            var page = await _service.GetAsync(
                $"/v1/alerts?{Uri.EscapeDataString(query).Replace("%3D", "=").Replace("%26", "&")}&sort={sort}&limit={limit}"
                    .Replace("?&", "?", StringComparison.Ordinal) + (cursor is null ? "" : "&cursor=" + cursor));
            var data = page.GetProperty("data").EnumerateArray().ToList();
            Assert.That(data, Has.Count.LessThanOrEqualTo(limit));
            found.AddRange(data.Select(alert => alert.GetProperty("id").GetString()!));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);
        Assert.That(found, Is.EqualTo(expected.Select(row => row.Id)));
    }

    [Test]
    public async Task The_default_order_is_worst_and_dearest_first()
    {
        var expected = _rows.Where(IsActive).ToList();
        expected.Sort(Sorts["-severity"]);
        var listed = await _service.ListAsync("/v1/alerts?limit=200");
        Assert.That(listed.Select(alert => alert.GetProperty("id").GetString()), Is.EqualTo(expected.Select(row => row.Id)));
    }

    [TestCase("status=opened", "?status")]
    [TestCase("metric=healthy", "?metric")]
    [TestCase("severity=high", "?severity")]
    [TestCase("segment=none", "?segment")]
    [TestCase("since=yesterday", "?since")]
    [TestCase("sort=arr", "?sort")]
    [TestCase("limit=0", "?limit")]
    [TestCase("account=acme", "?account")]
    public async Task A_wrong_parameter_is_named(string query, string pointer)
    {
        using var refused = await _service.Client.GetAsync("/v1/alerts?" + query);
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        var errors = (await refused.ReadJsonAsync()).GetProperty("errors").EnumerateArray();
        Assert.That(errors.Select(error => error.GetProperty("pointer").GetString()), Is.EqualTo(new[] { pointer }));
    }

    [TestCase("bm9uc2Vuc2U")]
    [TestCase("eyJzb3J0IjoiLXNldmVyaXR5IiwicmFuayI6MCwiYXJyIjowLCJhdCI6IjIwMjYtMTEtMjJUMDA6MDA6MDBaIiwiaWQiOiJ4In0")]
    [TestCase("eyJzb3J0Ijoib3BlbmVkQXQiLCJyYW5rIjowLCJhcnIiOjAsImF0IjpudWxsLCJpZCI6IngifQ")]
    public async Task A_forged_cursor_is_refused(string cursor)
    {
        using var refused = await _service.Client.GetAsync("/v1/alerts?cursor=" + cursor);
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    private static bool IsActive(AlertRow row) => row.Status != "resolved";

    private static int Ids(AlertRow left, AlertRow right) => string.CompareOrdinal(left.Id, right.Id);

    private static int Compare(params int[] parts) => parts.FirstOrDefault(part => part != 0);
}
